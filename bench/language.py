"""``python -m bench.language``: how well and how fast sentences are understood that nothing was learnt from."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.language import emergency, intents, sectors
from bot.language.classifier import judge, learnt
from bot.language.emergency import danger_in
from bot.language.examples import Example, read
from bot.language.features import tidy

ALARMS = ("now", "doubt")


@dataclass(frozen=True)
class Tally:
    """What was wanted and what was answered, sentence by sentence."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def accuracy(self) -> float:
        return share(wanted == got for wanted, got in self.pairs)

    def of(self, label: str) -> tuple[float, float, float, int]:
        """Precision, recall, F1 and number of a label."""
        right = sum(wanted == got == label for wanted, got in self.pairs)
        wanted_all = sum(wanted == label for wanted, _ in self.pairs)
        got_all = sum(got == label for _, got in self.pairs)
        precision, recall = right / max(got_all, 1), right / max(wanted_all, 1)
        return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), wanted_all

    def macro_f1(self, labels: Sequence[str]) -> float:
        return sum(self.of(label)[2] for label in labels) / len(labels)


def share(hits: Iterable[bool]) -> float:
    """The share of hits."""
    listed = list(hits)
    return sum(listed) / max(len(listed), 1)


def held_out(name: str) -> list[Example]:
    """A file of the part that nothing is learnt from, without sentences that stand in the learnt part."""
    known = {tidy(example.text) for part in ("examples", "sectors") for example in read(part)}
    lines = [example for example in read("test") if example.block.startswith(f"{name}.tsv:")]
    return [example for example in lines if tidy(example.text) not in known]


def show_intents() -> None:
    tally = Tally(tuple((one.label, intents.label_of(one.text)) for one in held_out("intents")))
    print(f"## Intents\n\n{len(tally.pairs)} sentences: accuracy {tally.accuracy:.3f}", end="")
    print(f", macro F1 {tally.macro_f1(intents.LABELS):.3f}.\n")
    print("| label | sentences | precision | recall | F1 |\n|---|---|---|---|---|")
    for label in intents.LABELS:
        precision, recall, f1, count = tally.of(label)
        print(f"| `{label}` | {count} | {precision:.2f} | {recall:.2f} | {f1:.2f} |")
    show_confusion(tally, intents.LABELS)
    offered = [intents.likely(one.text) for one in held_out("intents")]
    wanted = [one.label for one in held_out("intents")]
    alone = [(label, got[0]) for label, got in zip(wanted, offered, strict=True) if len(got) == 1]
    some = [
        label in got or (not got and label == "other") for label, got in zip(wanted, offered, strict=True)
    ]
    print(f"\nAnswered without asking back: {len(alone) / len(wanted):.2f}, of these right ", end="")
    print(f"{share(label == got for label, got in alone):.3f}. Right answer offered: {share(some):.3f}.\n")


def show_confusion(tally: Tally, labels: Sequence[str]) -> None:
    """Rows are what was wanted, columns what was answered."""
    counts = Counter(tally.pairs)
    print("\nRows wanted, columns answered:\n")
    print("| | " + " | ".join(label[:6] for label in labels) + " |")
    print("|---" * (len(labels) + 1) + "|")
    for wanted in labels:
        cells = [str(counts[wanted, got] or "·") for got in labels]
        print(f"| `{wanted}` | " + " | ".join(cells) + " |")


def show_danger() -> None:
    lines = held_out("danger")
    real = [one.text for one in lines if one.label == "emergency"]
    quiet = [one.text for one in lines if one.label != "emergency"]
    print(f"## Danger\n\n{len(real)} emergencies, {len(quiet)} hard negatives.\n")
    print("| | emergencies | hard negatives |\n|---|---|---|")
    for level in (("now",), ALARMS):
        rates = [share(danger_in(text) in level for text in texts) for texts in (real, quiet)]
        print(f"| {' or '.join(level)} | {rates[0]:.3f} | {rates[1]:.3f} |")
    pairs = [(one.label == "emergency", intents.label_of(one.text) == "emergency") for one in lines]
    pairs += [
        (one.label == "emergency", intents.label_of(one.text) == "emergency") for one in held_out("intents")
    ]
    found = [got for real_one, got in pairs if real_one]
    print(f"\nLabel `emergency` over both files: recall {share(found):.3f}, ", end="")
    print(f"precision {share(real_one for real_one, got in pairs if got):.3f}.\n")


def show_sectors() -> None:
    lines = held_out("sectors")
    ranked = [(one.label, sectors.rank(one.text)[:2]) for one in lines]
    first = Tally(tuple((wanted, got[0]) for wanted, got in ranked))
    two = share(wanted in got for wanted, got in ranked)
    print(f"## Sectors\n\n{len(lines)} hazards: first {first.accuracy:.3f}, one of two {two:.3f}.\n")
    print("| sector | sentences | precision | recall | F1 |\n|---|---|---|---|---|")
    for key in sorted({one.label for one in lines}):
        precision, recall, f1, count = first.of(key)
        print(f"| `{key}` | {count} | {precision:.2f} | {recall:.2f} | {f1:.2f} |")
    show_confusion(first, sorted({one.label for one in lines}))


def show_speed() -> None:
    texts = [one.text for one in read("examples")][::4]
    began = time.process_time()
    for text in texts:
        judge.cache_clear()
        intents.likely(text)
    each = (time.process_time() - began) / len(texts)
    long = "今天去了很多地方。看见仓库里堆着纸箱，" * 105
    began = time.process_time()
    emergency.danger_in(long[:2000])
    print(f"\n## Speed\n\n{each * 1e6:.0f} µs a sentence on one core, ", end="")
    print(f"{(time.process_time() - began) * 1e3:.1f} ms for 2,000 signs.")


def memory() -> float:
    """Resident megabytes of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", action="store_true", help="only time and memory")
    only_speed = parser.parse_args().speed
    before, began = memory(), time.perf_counter()
    intents.prepare()
    ready = time.perf_counter() - began
    print(f"Ready in {ready:.2f} s with {memory() - before:.0f} MB more; {len(learnt().rows)} features.\n")
    if not only_speed:
        show_intents()
        show_danger()
        show_sectors()
    show_speed()


if __name__ == "__main__":
    main()
