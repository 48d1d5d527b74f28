"""What Ofsted and the press say about councils' children's services, told once, with the evidence."""

__version__ = "0.1.0"
