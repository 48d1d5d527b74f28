"""Who is sent nothing more, and the link by which a recipient says so. Decides; touches nothing."""
