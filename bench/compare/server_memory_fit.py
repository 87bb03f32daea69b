# SPDX-License-Identifier: Apache-2.0
"""Least squares without a library: which constants say best what the runs measured, and how far off they are.

The memory of an empty server was taken off before; `once` is what a server with anything to do needs beyond that:

  bytes = once + series * a + pairs * b + label_bytes * c + distinct_pairs * d + symbol_bytes * e

A term stays only if its constant is above zero by more than two standard errors; which ones went is said. Each run weighs
as much as any other: what is made small is the sum of squares of the relative errors.
"""
import math

TERMS = ["once", "series", "pairs", "label_bytes", "distinct_pairs", "symbol_bytes"]


def solve(matrix, vectors):
    """Gauss with pivots; returns the solutions for each of the right-hand sides."""
    size = len(matrix)
    rows = [list(matrix[i]) + [vector[i] for vector in vectors] for i in range(size)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(rows[i][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        if abs(rows[column][column]) < 1e-300:
            raise ValueError("the runs do not tell these terms apart")
        for i in range(size):
            if i != column:
                factor = rows[i][column] / rows[column][column]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[column])]
    return [[rows[i][size + v] / rows[i][i] for i in range(size)] for v in range(len(vectors))]


def least_squares(runs, target, terms):
    """Returns {term: (constant, standard error)} for the relative error of `target`."""
    x = [[run[term] / run[target] for term in terms] for run in runs]
    # Columns of one size keep the normal equations well-conditioned.
    scale = [math.sqrt(sum(row[j] ** 2 for row in x)) for j in range(len(terms))]
    x = [[value / scale[j] for j, value in enumerate(row)] for row in x]
    size = len(terms)
    normal = [[sum(row[i] * row[j] for row in x) for j in range(size)] for i in range(size)]
    right = [sum(row[i] for row in x) for i in range(size)]
    units = [[1.0 if i == j else 0.0 for i in range(size)] for j in range(size)]
    solution, *inverse = solve(normal, [right] + units)
    left_over = sum((1 - sum(s * v for s, v in zip(solution, row))) ** 2 for row in x)
    variance = left_over / max(1, len(runs) - size)
    return {term: (solution[j] / scale[j], math.sqrt(max(0, variance * inverse[j][j])) / scale[j])
            for j, term in enumerate(terms)}


def fit(runs, target):
    """Drops the least certain term until every one that is left is above zero by two standard errors."""
    terms = list(TERMS)
    dropped = []
    while True:
        constants = least_squares(runs, target, terms)
        worst = min(terms, key=lambda term: constants[term][0] / (constants[term][1] or 1e-300))
        if len(terms) == 1 or constants[worst][0] > 2 * constants[worst][1]:
            return constants, dropped
        dropped.append((worst, *constants[worst]))
        terms.remove(worst)


def predict(constants, run):
    return sum(constants[term][0] * run[term] for term in constants)


def quality(constants, runs, target):
    """Relative errors of the model, and R^2 over plain bytes and over bytes a series."""
    errors = [predict(constants, run) / run[target] - 1 for run in runs]

    def r_squared(weight):
        measured = [run[target] * weight(run) for run in runs]
        mean = sum(measured) / len(measured)
        missed = sum((run[target] - predict(constants, run)) ** 2 * weight(run) ** 2 for run in runs)
        return 1 - missed / sum((value - mean) ** 2 for value in measured)

    return {
        "errors": errors,
        "rms": math.sqrt(sum(error ** 2 for error in errors) / len(errors)),
        "worst": max(errors, key=abs),
        "r2": r_squared(lambda run: 1),
        "r2_per_series": r_squared(lambda run: 1 / run["series"]),
    }


def ranges(runs, target, terms):
    """The constants of each round of runs alone, and with each shape of dump left out once: (lowest, highest)."""
    subsets = []
    for key in ("round", "shape"):
        names = sorted({run[key] for run in runs})
        for name in names:
            left = [run for run in runs if (run[key] == name if key == "round" else run[key] != name)]
            if len(left) > len(terms):
                subsets.append(left)
    found = {term: [] for term in terms}
    for subset in subsets:
        for term, (constant, _) in least_squares(subset, target, terms).items():
            found[term].append(constant)
    return {term: (min(values), max(values)) for term, values in found.items()}


def ratio(runs, target, base):
    """target = factor * base, as above; the factor, and the lowest and highest of a single run."""
    single = [run[target] / run[base] for run in runs]
    return 1 / (sum(1 / s for s in single) / len(single)), min(single), max(single)
