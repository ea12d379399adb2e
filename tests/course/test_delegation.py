"""An answer that calls the very piece it is to write, in each way that a learner finds, loses points.

Every swap point of every exercise is tried; so is what a question names besides, `without`."""

from dataclasses import replace
from pathlib import Path

import pytest

from edutorch.course.assignment import Question, load_assignment
from edutorch.course.diagnose import diagnose
from edutorch.course.run import run_answers
from edutorch.course.source import find

SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*.ipynb"))


def delegating(question: Question) -> dict[str, str]:
    """Answers by name: an alias, an alias found by name, a subclass, one that calls the library's methods."""
    answers: dict[str, str] = {}
    classes: dict[str, list[str]] = {}
    for name, target in question.swaps.items():
        if "." in name:
            classes.setdefault(name.partition(".")[0] + " " + target, []).append(name.partition(".")[2])
            continue
        for number, place in enumerate(places_of(target)):
            module, _, word = place.rpartition(".")
            takes = f"import edutorch\n{name} = edutorch.course.source.find({place!r})"
            answers[f"alias-{number}"] = takes
            answers[f"calls-{number}"] = (
                f"from edutorch.course.source import find\n\n\ndef {name}(*inputs, **options):\n"
                f"    return getattr(find({module!r}), {word!r})(*inputs, **options)"
            )
            answers[f"calls-one-found-before-{number}"] = (
                f"from edutorch.course.source import find\ntheirs = find({place!r})\n\n\n"
                f"def {name}(*inputs, **options):\n    return theirs(*inputs, **options)"
            )
    for key, methods in classes.items():
        name, target = key.split()
        head = f"from edutorch.course.source import find\ntheirs = find({target!r})\n"
        answers["the-class"] = f"{head}{name} = theirs"
        answers["subclass"] = f"{head}\n\nclass {name}(theirs):\n    pass"
        answers["subclass-by-type"] = f"{head}{name} = type({name!r}, (theirs,), {{}})"
        static = target.startswith("edutorch.ops.")
        self = "" if static else "self, "
        mark = "    @staticmethod\n" if static else ""
        bodies = {
            "super": "super({cls}, {cls}).{m}({given})" if static else "super().{m}(*inputs, **options)",
            "theirs": "theirs.{m}({given})",
            "found-before": "BEFORE[{m!r}]({given})",
        }
        for way, body in bodies.items():
            given = "*inputs, **options" if static else "self, *inputs, **options"
            lines = "".join(
                f"{mark}    def {m}({self}*inputs, **options):\n"
                f"        return {body.format(cls=name, m=m, given=given)}\n\n"
                for m in methods
            )
            before = f"BEFORE = {{name: getattr(theirs, name) for name in {methods!r}}}\n"
            answers[f"calls-{way}"] = f"{head}{before}\n\nclass {name}(theirs):\n{lines}"
    return answers


def places_of(target: str) -> list[str]:
    """Where the library has a function of this name: modules that people call, and the methods of Tensor."""
    word = target.rpartition(".")[2]
    people = ["edutorch", "edutorch.nn.functional", "edutorch.nn.init", "edutorch.nn.utils.rnn", "edutorch.Tensor"]
    places = [target, *(f"{place}.{word}" for place in people)]
    return [place for place in dict.fromkeys(places) if _is_there(place)]


def _is_there(place: str) -> bool:
    try:
        return callable(find(place))
    except (AttributeError, ModuleNotFoundError):
        return False


@pytest.mark.parametrize("path", SOLUTIONS, ids=[path.stem for path in SOLUTIONS])
def test_an_answer_that_delegates_to_the_library_loses_points(path):
    assignment = load_assignment(path)
    answers = {
        f"{question.id}-{name}": (question, f"# question: {question.id}-{name}\n{source}\n")
        for question in assignment.questions.values()
        for name, source in delegating(question).items()
    }
    copies = {name: replace(question, id=name) for name, (question, _) in answers.items()}
    runs = run_answers(
        replace(assignment, questions=copies), {name: source for name, (_, source) in answers.items()}, trusted=True
    )
    verdicts = {name: diagnose(question, runs[name]) for name, question in copies.items()}
    for name, v in verdicts.items():
        print(name, v.points, v.of, v.state, v.message, v.case and v.case.got)
    assert not [name for name, verdict in verdicts.items() if verdict.state in ("damaged", "slow", "died")]
    assert {name: verdict.points for name, verdict in verdicts.items() if verdict.points} == {}


HEAD = (
    "# question: {name}\nfrom edutorch import distributions\nfrom edutorch.nn import functional\n"
    "from edutorch.ops import conv_loops\n\n\n"
)
LOSS = "lambda w, b: functional.mse_loss(features @ w + b, targets)"
CONVOLUTION = "lambda b, w, x: functional.conv2d(x[None, None], w[None, None])[0, 0] + b"
# What a question asks for, by relatives of it in the library: by exercise and question the head of a function, or of a
# class and its method, and what it returns.
RELATIVES = {
    ("02_linear_regression", "gradient"): (
        "def gradient(weight, bias, features, targets):\n    return {}\n",
        {
            "jacobian": f"torch.autograd.functional.jacobian({LOSS}, (weight, bias))",
            "vjp": f"torch.autograd.functional.vjp({LOSS}, (weight, bias))[1]",
        },
    ),
    ("05_classification", "log_softmax"): (
        "def log_softmax(input, dim):\n    return {}\n",
        {"distribution": "distributions.Categorical(logits=input.movedim(dim, -1)).logits.movedim(-1, dim)"},
    ),
    ("07_optimization", "cosine"): (
        "class CosineAnnealingLR(torch.optim.lr_scheduler.LRScheduler):\n"
        "    def __init__(self, optimizer, T_max, eta_min=0.0, last_epoch=-1):\n"
        "        self.T_max, self.eta_min, self.T_i = T_max, eta_min, T_max\n"
        "        super().__init__(optimizer, last_epoch)\n\n"
        "    def get_lr(self):\n        self.T_cur = self.last_epoch\n        return {}\n",
        {"restarts": "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.get_lr(self)"},
    ),
    ("09_cnn", "conv2d"): (
        "def conv2d(input, weight, bias=None, *others):\n    return {}\n",
        {
            "loops": "conv_loops.conv2d_by_loops(input, weight, bias)",
            "more-dimensions": "functional.conv3d(input.unsqueeze(2), weight.unsqueeze(2), bias).squeeze(2)",
            "transposed": "functional.conv_transpose2d("
            "input, weight.transpose(0, 1).flip(2, 3), bias, 1, len(weight[0, 0]) - 1)",
        },
    ),
    ("09_cnn", "gradients"): (
        "def gradients(x, w, gy):\n    return {}\n",
        {"vjp": f"torch.autograd.functional.vjp({CONVOLUTION}, (torch.zeros(()), w, x), gy)[1]"},
    ),
    ("14_generating", "draw"): (
        "class Normal(distributions.Normal):\n    def rsample(self, sample_shape=()):\n        return {}\n",
        {
            "more-dimensions": "distributions.MultivariateNormal(self.loc.reshape(-1), "
            "(self.scale.reshape(-1) ** 2).diag()).rsample(sample_shape).reshape(*sample_shape, *self.loc.shape)"
        },
    ),
    ("16_acting", "chosen"): (
        "class Categorical(distributions.Categorical):\n    def log_prob(self, value):\n        return {}\n",
        {
            "several-draws": "distributions.Multinomial(1, logits=self.logits).log_prob("
            "functional.one_hot(value, self.logits.shape[-1]).to(self.logits.dtype))"
        },
    ),
}


@pytest.mark.parametrize(("exercise", "name"), RELATIVES)
def test_a_relative_of_the_library_earns_nothing(exercise, name):
    assignment = load_assignment(SOLUTIONS[0].with_name(f"{exercise}.ipynb"))
    question, (head, values) = assignment.questions[name], RELATIVES[exercise, name]
    answers = {way: HEAD.format(name=way) + head.format(value) for way, value in values.items()}
    copies = {way: replace(question, id=way) for way in answers}
    runs = run_answers(replace(assignment, questions=copies), answers, trusted=True)
    verdicts = {way: diagnose(copies[way], run) for way, run in runs.items()}
    assert {way: (verdict.points, verdict.state) for way, verdict in verdicts.items()} == dict.fromkeys(
        values, (0, "refused")
    )
