"""The conversation that `seed` writes. data/conversation.txt says who says what, one message per line."""

from datetime import timedelta
from pathlib import Path

MESSAGE_GROUP_UUID = "3d6f0a52-94be-4c1d-a7e8-5f20c9b1d404"
TEXT_FILE = Path(__file__).resolve().parents[1] / "data" / "conversation.txt"


def conversation(users, last_message_at):
    """Returns the messages in order, as (sender, text, moment), a minute apart.

    `users` are persons A and B of the text. The last message is sent at `last_message_at`.
    """
    speakers = dict(zip("AB", users))
    lines = TEXT_FILE.read_text(encoding="utf-8").splitlines()
    messages = []
    for position, line in enumerate(lines):
        speaker, text = line.split(": ", 1)
        moment = last_message_at - timedelta(minutes=len(lines) - 1 - position)
        messages.append((speakers[speaker], text, moment))
    return messages
