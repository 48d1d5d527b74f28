"""The one page that the service shows to the world: where recipients stop their messages.

pages.py      what it says
app.py        requests to answers
listening.py  where it is listened for, or why it cannot be
server.py     the answering, within limits
key.py        what the links to it are signed with
"""
