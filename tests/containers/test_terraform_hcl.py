"""Configuration of Terraform, through the command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.containers.conftest import marked

FORMS = {
    "heredoc": """
resource "alicloud_ram_policy" "reader" {
  policy_name     = "reader-${var.stage}"
  policy_document = <<EOF
{
  "Version": "1",
  "Statement": [{"Effect": "EFFECT", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:${var.bucket}/*"}]
}
EOF
}
""",
    "indented heredoc": """
resource "alicloud_ram_policy" "reader" {
  policy_document = <<-EOF
    {
      "Version": "1",

      "Statement": [{
        "Effect": "EFFECT",
        "Action": ${jsonencode(["oss:${var.verb}Object", "}"])},
        "Resource": "*"
      }]
    }
    EOF
}
""",
    "jsonencode": """
resource "alicloud_ram_policy" "reader" {
  policy_document = jsonencode({
    Version = "1" # of the language
    Statement = [
      {
        "Effect" : "EFFECT", Action = var.actions
        Resource = ["acs:oss:*:*:${var.bucket}/*", "acs:oss:*:*:x/${each.key}"]
        Condition = { StringEquals = { "acs:SourceVpc" = local.vpc } }
      },
    ]
  })
}
""",
    "string": r"""
resource "alicloud_ram_policy" "reader" {
  policy_document = "{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"EFFECT\", \"Action\": \"oss:GetObject\", \"Resource\": \"acs:oss:*:*:${var.bucket}/*\"}]}"
}
""",  # noqa: E501 - as people write it
    "blocks": """
resource "alicloud_ram_policy" "reader" {
  statement {
    effect   = "EFFECT"
    action   = ["oss:GetObject"]
    resource = ["acs:oss:*:*:${var.bucket}/*"]
  }
}
""",
    "data source": """
data "alicloud_ram_policy_document" "reader" {
  statement {
    effect   = "EFFECT"
    action   = ["oss:ListObjects"]
    resource = [var.bucket]
    condition {
      operator = "StringLike"
      variable = "oss:Prefix"
      values   = ["a/*", "${var.prefix}/*"]
    }
  }
  dynamic "statement" {
    for_each = var.more
    content {
      action = statement.value
    }
  }
}
resource "alicloud_ram_policy" "reader" {
  policy_document = data.alicloud_ram_policy_document.reader.document
}
""",
    "carriage returns": """resource "alicloud_ram_policy" "reader" {\r
  policy_document = <<-EOF\r
    {"Version": "1", "Statement": [\r
      {"Effect": "EFFECT", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:${var.bucket}/*"}]}\r
  EOF\r
}\r
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_bad_policy_is_found_at_its_place(folder, form):
    text = FORMS[form].replace("EFFECT", "Alow")
    folder.write("main.tf", text)
    (finding,) = folder.findings("main.tf")
    address = "data.alicloud_ram_policy_document" if form == "data source" else "alicloud_ram_policy"
    assert finding["code"] == "RAM108"
    assert finding["message"] == f'{address}.reader: Effect is "Alow": did you mean Allow?'
    assert marked(text, finding) == (r"\"Alow\"" if form == "string" else '"Alow"')
    assert finding["line"] == text.count("\n", 0, text.index("Alow")) + 1


@pytest.mark.parametrize("form", FORMS)
def test_placeholders_make_no_findings_of_their_own(folder, form):
    folder.write("main.tf", FORMS[form].replace("EFFECT", "Allow"))
    done = folder.validate("main.tf", "--fail-on", "suggestion")
    assert (done.stdout, done.stderr) == ("", "ice-avatar: 1 file checked: nothing found\n")
    assert done.returncode == 0


def test_what_is_known_beside_a_placeholder_is_judged(folder):
    text = (
        FORMS["indented heredoc"].replace("EFFECT", "Allow").replace('"Resource": "*"', '"Resource": "acs:osss:*:*:x"')
    )
    folder.write("main.tf", text)
    (finding,) = folder.findings("main.tf")
    assert finding["code"] == "RAM301"
    assert marked(text, finding) == '"acs:osss:*:*:x"'


def test_escapes_of_the_language_are_undone(folder):
    text = r"""
resource "alicloud_ram_policy" "a" {
  policy_document = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"\u0041low\",\"Action\":\"oss:GetObject\"}]}"
}
resource "alicloud_ram_policy" "b" {
  policy_document = <<EOF
{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:$${bucket}/*"}]}
EOF
}
resource "alicloud_ram_policy" "c" {
  policy_document = jsonencode({
    Version = "1", Statement = [{Effect = "Allow", Action = "oss:GetObject", Resource = "acs:oss:*:*:$${bucket}/*"}]
  })
}
"""
    folder.write("main.tf", text)
    found = folder.findings("main.tf", "--select", "RAM009,RAM108")
    assert [each["code"] for each in found] == ["RAM108", "RAM009", "RAM009"]
    assert [marked(text, each) for each in found] == [r"\"\u0041low\"", *['"acs:oss:*:*:$${bucket}/*"'] * 2]


def test_a_condition_block_and_a_principal_block(folder):
    text = """
data "alicloud_ram_policy_document" "trust" {
  version = "1"
  statement {
    effect = "Allow"
    action = ["sts:AssumRole"]
    principal {
      entity      = "Service"
      identifiers = ["ecs.aliyuncs.com"]
    }
  }
}
data "alicloud_ram_policy_document" "reader" {
  statement {
    action   = ["oss:ListObjects"]
    resource = ["acs:oss:*:*:x"]
    condition {
      operator = "StringLke"
      variable = "oss:Prefix"
      values   = ["a"]
    }
  }
}
"""
    folder.write("main.tf", text)
    found = folder.findings("main.tf", "--kind", "session")
    assert [(each["code"], each["line"]) for each in found] == [("RAM507", 6), ("RAM401", 18)]
    assert [marked(text, each) for each in found] == ['"sts:AssumRole"', '"StringLke"']


@pytest.mark.parametrize(
    "expression",
    [
        'file("reader.json")',
        "local.policy",
        '"${local.policy}"',
        "var.x ? jsonencode({}) : null",
        "jsonencode(local.policy)",
        "jsonencode(merge(local.a, local.b))",
        '<<EOF\n{"Version": "1", %{ if var.x }"Statement": []%{ endif }}\nEOF\n',
        "<<EOF\n${local.policy}\nEOF\n",
    ],
)
def test_an_expression_is_said_not_guessed(folder, expression):
    folder.write("main.tf", f'resource "alicloud_ram_policy" "a" {{\n  policy_document = {expression}\n}}\n')
    done = folder.validate("main.tf")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "main.tf: alicloud_ram_policy.a: policy_document is an expression that Terraform works out" in done.stderr


@pytest.mark.parametrize(
    "text", ["", 'variable "x" {}\n', 'resource "alicloud_ram_policy" "a" {\n  policy_document = null\n}\n']
)
def test_no_policy_found_is_exit_2(folder, text):
    folder.write("main.tf", text)
    done = folder.validate("main.tf")
    assert done.returncode == 2
    assert "main.tf: a Terraform configuration without a RAM policy\n" in done.stderr


def test_what_is_no_hcl_is_one_line_with_its_place(folder):
    folder.write("main.tf", 'resource "alicloud_ram_policy" "a" {\n  policy_document = = 1\n}\n')
    done = folder.validate("main.tf")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "ice-avatar: main.tf: line 2, column 21: not HCL: = belongs nowhere here",
        "ice-avatar: nothing was checked",
    ]


def test_the_files_of_a_folder_are_looked_at_and_others_skipped(folder):
    folder.write("main.tf", FORMS["heredoc"].replace("EFFECT", "Alow"))
    folder.write("network.tf", 'resource "alicloud_vpc" "a" {\n  broken\n')
    folder.write("keys.tf", 'resource "alicloud_kms_key" "a" {\n  description = "x"\n}\n')
    folder.write(".terraform/modules/x/main.tf", FORMS["heredoc"].replace("EFFECT", "Alow"))
    done = folder.validate(".")
    assert done.returncode == 1
    assert done.stderr == "ice-avatar: 1 file checked: 1 error; skipped 2 files without a policy\n"


def test_readers_are_loaded_for_their_files_alone(folder):
    folder.write("network.tf", 'resource "alicloud_vpc" "a" {}\n')
    folder.write("policy.json")
    folder.write("package.json", '{"version": "1.2.3"}')
    program = (
        "import sys\n"
        "from pulumi_ice_avatar.cli import main\n"
        "assert main(['validate', '.']) == 0\n"
        "assert not {'lark', 'hcl2', 'yaml'} & set(sys.modules)\n"
        "assert not {'terraform_json', 'pulumi_json', 'ros'} & {each.rpartition('.')[2] for each in sys.modules}\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder.path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
