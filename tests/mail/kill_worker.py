"""A mail worker in a process of its own that kills itself at a given step (`python -m tests.mail.kill_worker`)."""

import base64
import os
import random
import signal
import sys
from pathlib import Path

from sqlalchemy import create_engine, event

from surveyapp.encryption.records import use_ring
from surveyapp.encryption.ring import KeyRing
from surveyapp.mail.delivery import Claim, Postman
from surveyapp.mail.models import MailState
from surveyapp.mail.transports import DeliveryPostponed, FileTransport, ReadyMessage
from tests.mail.post import SENDER, plain

STEPS = ("claim", "claimed", "composed", "half_sent", "sent", "marking")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingTransport(FileTransport):
    """Counts each acceptance in a ledger file, as a mail server would, and dies before or after it when told to."""

    def __init__(self, folder: Path, step: str, chance: random.Random) -> None:
        super().__init__(folder)
        self.step, self.chance = step, chance

    def send(self, message: ReadyMessage) -> None:
        if self.step == "half_sent":
            die()
        if self.chance.random() < 0.05:
            raise DeliveryPostponed("SMTP 451")
        super().send(message)
        with (self.folder / "ledger").open("a") as ledger:
            ledger.write(f"{message.message_id}\n")
        if self.step == "sent":
            die()


class DyingPostman(Postman):
    """Dies at the step it is told, in its second message."""

    def __init__(self, engine: object, folder: Path, step: str, seed: int) -> None:
        chance = random.Random(seed)
        self.step, self.n = step, 0
        transport = DyingTransport(folder, "", chance)
        super().__init__(engine, {"plain": plain}, transport, SENDER)  # type: ignore[arg-type]  # an Engine
        self.dying = transport

    def claim_next(self) -> Claim | None:
        self.n += 1
        if self.n == 2:
            self.dying.step = self.step
            if self.step == "claim":
                event.listen(self.engine, "commit", lambda _connection: die())
        claim = super().claim_next()
        if self.n == 2 and self.step == "claimed":
            die()
        return claim

    def compose(self, claim: Claim) -> ReadyMessage | None:
        ready = super().compose(claim)
        if self.n == 2 and self.step == "composed":
            die()
        return ready

    def mark(self, claim: Claim, state: MailState, **values: object) -> bool:
        if self.n == 2 and self.step == "marking":
            event.listen(self.engine, "commit", lambda _connection: die())
        return super().mark(claim, state, **values)


if __name__ == "__main__":
    address, folder, step, seed = sys.argv[1:]
    use_ring(KeyRing.from_base64([base64.b64encode(b"k" * 32).decode()]))
    DyingPostman(create_engine(address), Path(folder), step, int(seed)).deliver_due()
