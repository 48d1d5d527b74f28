"""The one page that the service shows to the world: where recipients stop their messages.

pages.py     what it says
app.py       requests to answers
server.py    the listening, within limits
key.py       what the links to it are signed with
"""
