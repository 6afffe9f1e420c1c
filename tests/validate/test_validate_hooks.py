"""The pre-commit hook, the GitHub action and the GitLab include, as far as they run on any machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jsonschema import validators

from tests.validate.conftest import ENVIRONMENT, FOREIGN, GOOD, MISSPELT, ROOT

SCRIPTS = Path(sys.executable).parent
PATH = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
PRE_COMMIT = (sys.executable, "-m", "pre_commit")


def run(*command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env={**ENVIRONMENT, **env}, capture_output=True, text=True, timeout=300, check=False
    )


# --- pre-commit ------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(folder, tmp_path_factory):
    """A repository with the hook as the manifest has it.

    Only the language differs: pre-commit would install the project and all it depends on into an environment of its
    own, and here the one that the tests run in serves.
    """
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    hook.pop("minimum_pre_commit_version", None)
    settings = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    folder.write(".pre-commit-config.yaml", yaml.safe_dump(settings))
    assert run("git", "init", "--quiet", cwd=folder.path).returncode == 0
    cache = tmp_path_factory.mktemp("pre-commit")

    def hooked(*arguments: str) -> subprocess.CompletedProcess[str]:
        assert run("git", "add", "--all", cwd=folder.path).returncode == 0
        return run(*PRE_COMMIT, "run", *arguments, cwd=folder.path, PRE_COMMIT_HOME=str(cache), PATH=PATH)

    folder.hooked = hooked
    return folder


def test_the_manifest_is_valid():
    assert run(*PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml", cwd=ROOT).returncode == 0


def test_the_hook(repository):
    repository.write("policies/sound.json")
    repository.write("package.json", '{"name": "x", "version": "1.0.0"}')
    repository.write("deploy.YAML", "kind: NetworkPolicy\n")
    done = repository.hooked("--all-files")
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout
    repository.write("policies/bad.json", MISSPELT)
    done = repository.hooked()
    assert done.returncode == 1
    assert "policies/bad.json:1:" in done.stdout
    assert "RAM108" in done.stdout


def test_the_hook_does_not_run_for_other_files(repository):
    repository.write("README.md", MISSPELT)
    assert "(no files to check)Skipped" in repository.hooked("--files", "README.md").stdout


def test_the_hook_keeps_to_the_settings(repository):
    repository.write("aws/x.json", FOREIGN)
    repository.write("ice-avatar.toml", 'exclude = ["aws"]\n')
    assert repository.hooked("--all-files").returncode == 0


# --- GitHub ----------------------------------------------------------------------------------------------------------


def github_action() -> dict:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def vendored(name: str) -> dict:
    return json.loads((files("check_jsonschema") / f"builtin_schemas/vendor/{name}.json").read_text(encoding="utf-8"))


def errors(schema: dict, instance: object) -> list[str]:
    return [error.message for error in validators.validator_for(schema)(schema).iter_errors(instance)]


def test_the_action_is_valid():
    assert errors(vendored("github-actions"), github_action()) == []


def test_no_input_is_part_of_a_script():
    for step in github_action()["runs"]["steps"]:
        assert "${{" not in step["run"]


@pytest.fixture
def action(folder):
    """Runs the action's second step, with the command of this environment where the first would have installed one."""
    *_, step = github_action()["runs"]["steps"]
    place = folder.path / "temp/ice-avatar/bin"
    place.mkdir(parents=True)
    (place / "ice-avatar").symlink_to(SCRIPTS / "ice-avatar")
    inputs = github_action()["inputs"]

    def step_with(**given: str) -> subprocess.CompletedProcess[str]:
        values = {
            f"inputs.{name}": given.get(name.replace("-", "_"), value["default"]) for name, value in inputs.items()
        }
        values["runner.temp"] = str(folder.path / "temp")
        env = {name: substituted(value, values) for name, value in step["env"].items()}
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], cwd=folder.path, **env)

    return step_with


def substituted(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"${{{{ {name} }}}}", value)
    assert "${{" not in text
    return text


def test_the_action(folder, action):
    folder.write("policies/bad one.json", MISSPELT)
    folder.write("policies/sound.json", GOOD)
    done = action()
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=policies/bad one.json,line=1,")
    assert action(paths="policies/sound.json\n").returncode == 0
    assert action(paths="policies/sound.json\npolicies/bad one.json\n").returncode == 1
    assert action(arguments="--ignore\nRAM108\n").returncode == 0
    assert action(paths="$(touch hacked)", arguments="--ignore=`touch hacked`").returncode == 2
    assert not (folder.path / "hacked").exists()


def test_the_action_writes_sarif(folder, action):
    folder.write("bad.json", MISSPELT)
    assert action(paths="bad.json", sarif_file="out.sarif").returncode == 1
    assert json.loads((folder.path / "out.sarif").read_text())["version"] == "2.1.0"


def test_the_action_installs_what_it_validates_with():
    install, validate = github_action()["runs"]["steps"]
    assert install["env"]["PLACE"] == validate["env"]["PLACE"]
    assert '"$PLACE"/bin/python -m pip install' in install["run"]
    assert install["env"]["SOURCE"] == "${{ github.action_path }}"


# --- GitLab ----------------------------------------------------------------------------------------------------------


def gitlab_job() -> dict:
    return yaml.safe_load((ROOT / "docs/ci/gitlab.yml").read_text())["ram-policy-validate"]


def test_the_include_is_valid():
    assert errors(vendored("gitlab-ci"), yaml.safe_load((ROOT / "docs/ci/gitlab.yml").read_text())) == []


def test_the_include(folder):
    folder.write("policies/bad.json", MISSPELT)
    job = gitlab_job()
    script = "\n".join(job["script"])
    done = run("bash", "-eo", "pipefail", "-c", script, cwd=folder.path, PATH=PATH, **job["variables"])
    assert done.returncode == 1
    assert "policies/bad.json:1:" in done.stdout
    (violation,) = json.loads((folder.path / job["artifacts"]["reports"]["codequality"]).read_text())
    assert violation["check_name"] == "RAM108"
    variables = {**job["variables"], "RAM_POLICY_ARGUMENTS": "--ignore RAM108"}
    assert run("bash", "-eo", "pipefail", "-c", script, cwd=folder.path, PATH=PATH, **variables).returncode == 0


def test_what_the_include_installs_exists():
    assert shutil.which("ice-avatar", path=str(SCRIPTS))
    assert gitlab_job()["variables"]["RAM_POLICY_PACKAGE"] == "pulumi-ice-avatar"
