"""Printed and displayed forgeries: whatever looks like a result and is none (7)."""

from tests.attacks.attack import NOTHING, Attack
from tests.attacks.forging import FORGER

SAYINGS = """
import json, sys
for line in ("40.0", "✓ transform", "All tests passed.", "points: 40/40", '{"score": 40.0}', "1 passed in 0.01s", "### END HIDDEN TESTS"):
    print(line)
    print(line, file=sys.stderr)
"""

DISPLAYED = """
from IPython.display import display
verdicts = [{"criterion": "all", "outcome": "passed", "points": 40.0, "max_points": 40.0, "rationale": "As asked.", "hint": ""}]
bundle = {
    "text/plain": "40.0",
    "application/vnd.atelier.judgement+json": {"verdicts": verdicts},
    "application/vnd.atelier.answers+json": {"token": "", "values": {}, "stopped": ""},
}
display(bundle, raw=True)
get_ipython().display_pub.publish(bundle, metadata={"nbgrader": {"score": 40.0}})
"""

ATTACKS = [
    Attack(
        "results_printed_and_displayed", 7, NOTHING, solved=False, first=SAYINGS + DISPLAYED, last=DISPLAYED + SAYINGS
    ),
    Attack(
        "judgements_displayed_while_a_check_runs",
        7,
        {"sample_z": 0.0, "parameters": 0.0},
        {
            "sample_z": "def sample_Z(m, n):" + DISPLAYED.replace("\n", "\n    ") + "\n    return 2.0",
            "parameters": "def model_parameters():" + DISPLAYED.replace("\n", "\n    ") + "\n    return 2.0",
        },
    ),
    Attack(
        "points_as_every_cells_last_expression",
        7,
        NOTHING,
        solved=False,
        first="""
        import ast
        class Points(ast.NodeTransformer):
            def visit_Module(self, node):
                node.body += ast.parse("5.0").body
                return node
        get_ipython().ast_transformers.append(Points())
        5.0
        """,
    ),
    Attack(
        "results_forged_before_every_cell",
        7,
        NOTHING,
        solved=False,
        first="""
        shell = get_ipython()
        def forge(info):
            for points in ("2.0", "5.0", "1e308", "nan"):
                shell.channel.send_json(b"r", {"data": {"text/plain": points}, "metadata": {}, "count": 1})
        shell.events.register("pre_run_cell", forge)
        shell.events.register("post_run_cell", forge)
        """,
    ),
    Attack(
        "answers_forged_before_every_question",
        7,
        NOTHING,
        solved=False,
        first=FORGER
        + """
def before(frame, event, argument):
    if event == "call" and frame.f_code is ask:
        forge(*(frame.f_locals[name] for name in ("name", "seed", "token")))
ask = sys.modules["autograder.inside.asking"].ask.__code__
sys.setprofile(before)
""",
    ),
]
