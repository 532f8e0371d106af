"""Words that the Tab key finishes: the shell's own script, and what a word may go on as."""

import pytest

from cbi.cli.run import COMPLETION, run


def answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], asked: str,
    words: str = "",
) -> list[str]:
    """What a shell is told, line by line."""
    monkeypatch.setenv(COMPLETION, asked)
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    with pytest.raises(SystemExit):
        run([])
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_its_script(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: str,
) -> None:
    assert any("_CBI_COMPLETE" in line or "complete_" in line
               for line in answered(monkeypatch, capsys, f"source_{shell}"))


@pytest.mark.parametrize(("words", "known"), [
    ("cbi distr", ["distribution"]), ("cbi batch a", ["approve"]),
    ("cbi batch list --ro", ["--round"]),
])
def test_commands_and_options_are_finished(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str,
    known: list[str],
) -> None:
    assert answered(monkeypatch, capsys, "complete_bash", words) == known
