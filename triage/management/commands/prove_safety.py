"""Prove that the checker is safe on the current edition."""

import os
import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sitecontent.edition.current import NoEdition, current_edition
from sitecontent.edition.edition import Edition
from sitecontent.edition.proof import write_proof
from triage.proof import Proof, Result, prove, summary_of
from triage.properties import STATEMENTS


class Command(BaseCommand):
    """Try every safety property on the current edition, print what came of it and keep it for the site to show."""

    help = (
        "Prove that the checker is safe on the current edition: print how much was tried for each property, what does "
        "not fit, and a hash. Kept for the page “How we review”. Exit code 1 when a property does not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, help="How many properties to try side by side."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command."""
        try:
            edition = current_edition()
        except NoEdition as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Edition {edition.number}, {edition.sha256}")
        self.stdout.write(f"{'property':14}{'tried':>10}{'against it':>12}")
        began = time.monotonic()
        proof = self._prove(edition, jobs=options["jobs"])
        seconds = time.monotonic() - began
        self._keep(proof, seconds=seconds)
        checked = sum(result.checked for result in proof.results)
        self.stdout.write(f"{checked:,} answer sets in {seconds:.1f} s\nproof {proof.sha256}")
        if not proof.holds:
            raise CommandError("Not every property holds.")
        self.stdout.write(self.style.SUCCESS("Every property holds."))

    def _prove(self, edition: Edition, *, jobs: int) -> Proof:
        """Prove in this process, or in several; the proof is the same."""
        if jobs <= 1:
            return prove(edition, tell=self._show)
        with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
            return prove(edition, each=pool.map, tell=self._show)

    def _show(self, result: Result) -> None:
        """Print the line of one property as soon as it is done."""
        self.stdout.write(f"{result.safety_property:14}{result.checked:>10,}{result.found:>12}")
        self.stdout.write(f"    {STATEMENTS[result.safety_property]}")
        if result.left_out:
            self.stdout.write(f"    Never likely, and the record says why: {', '.join(result.left_out)}.")
        for counterexample in result.counterexamples:
            self.stdout.write(self.style.ERROR(f"    {counterexample}"))
        self.stdout.flush()

    def _keep(self, proof: Proof, *, seconds: float) -> None:
        try:
            write_proof(settings.PROOF_FILE, summary_of(proof, proved_at=timezone.now(), seconds=seconds))
        except OSError as error:
            raise CommandError(f"The proof could not be kept in {settings.PROOF_FILE}: {error}") from error
