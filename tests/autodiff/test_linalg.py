"""Linear algebra where it gets delicate: singular matrices, equal eigenvalues, zeros, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib import check_grads, grad, hessian, jacfwd, jacrev, jet, jvp

RNG = np.random.default_rng(0)


def of_rank(rank, n=4):
    return RNG.normal(size=(n, rank)) @ RNG.normal(size=(rank, n))


# Determinants ------------------------------------------------------------------------------------


def cofactors_by_minors(a):
    n = len(a)
    minor = [[np.delete(np.delete(a, i, 0), j, 1) for j in range(n)] for i in range(n)]
    return [[(-1) ** (i + j) * np.linalg.det(minor[i][j]) for j in range(n)] for i in range(n)]


SINGULAR = {
    "of ones": np.ones((2, 2)),
    "of counted numbers": np.arange(9.0).reshape(3, 3),
    "with a zero row": np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [4.0, 5.0, 7.0]]),
    "of zeros": np.zeros((3, 3)),
    "of one zero": np.zeros((1, 1)),
    "of rank 3": of_rank(3),
    "of rank 2": of_rank(2),
    "of rank 1": of_rank(1),
    "nearly singular": of_rank(3) + 1e-12 * np.eye(4),
}


@pytest.mark.parametrize("a", SINGULAR.values(), ids=SINGULAR)
def test_det_of_a_singular_matrix(a):
    expected = cofactors_by_minors(a)
    for derivative in (grad, jacfwd):
        np.testing.assert_allclose(derivative(np.linalg.det)(a), expected, atol=1e-12)


@pytest.mark.parametrize("a", SINGULAR.values(), ids=SINGULAR)
def test_higher_derivatives_of_det_of_a_singular_matrix(a):
    """det(a + t·e) is a polynomial in t; its n-th derivative is n!·det(e)."""
    n = len(a)
    e = RNG.normal(size=(n, n))
    t = np.linspace(-1, 1, n + 1)
    fitted = np.polynomial.Polynomial.fit(t, [np.linalg.det(a + s * e) for s in t], n).convert()
    derivatives = jet(np.linalg.det, a, e, n + 1)
    expected = [fitted.deriv(k)(0.0) if k else fitted(0.0) for k in range(n + 1)]
    np.testing.assert_allclose(derivatives[:-1], expected, rtol=1e-10, atol=1e-10)
    assert abs(derivatives[-1]) < 1e-8 * max(1, abs(derivatives[-2]))
    check_grads(np.linalg.det, (a,), order=2)


def test_det_of_a_stack_with_one_singular_matrix():
    stack = np.stack([np.eye(3), np.ones((3, 3)), of_rank(2, 3), 2 * np.eye(3)])
    found = grad(lambda a: np.sum(np.linalg.det(a)))(stack)
    np.testing.assert_allclose(found, [cofactors_by_minors(a) for a in stack], atol=1e-12)


def test_det_of_a_large_singular_matrix():
    gradient = grad(np.linalg.det)(of_rank(79, 80) / 9)
    assert np.all(np.isfinite(gradient))
    s = np.linalg.svdvals(gradient)
    assert s[1] < 1e-10 * s[0]  # of rank 1: the product of the two null vectors


def test_det_with_nan():
    with np.errstate(invalid="ignore"):
        assert np.all(np.isnan(grad(np.linalg.det)(np.full((2, 2), np.nan))))


def test_slogdet_of_a_singular_matrix_is_refused_by_numpy():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        grad(lambda a: np.linalg.slogdet(a).logabsdet)(np.ones((2, 2)))


# Symmetric matrices ------------------------------------------------------------------------------

SYMMETRIC = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.5], [0.5, -0.5, 2.0]])


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.sum(np.linalg.cholesky(a) ** 3),
        lambda a: np.sum(np.linalg.cholesky(a, upper=True) ** 3),
        lambda a: np.sum(np.linalg.eigvalsh(a) ** 3),
        lambda a: np.sum(np.linalg.eigh(a).eigenvectors ** 3),
        lambda a: np.sum(np.linalg.eigh(a, UPLO="U")[1] ** 3),
    ],
)
def test_gradients_of_functions_of_symmetric_matrices_are_symmetric(f):
    gradient = grad(f)(SYMMETRIC)
    np.testing.assert_allclose(gradient, gradient.T, atol=1e-15)
    e = RNG.normal(size=(3, 3))
    along, symmetric_part = (jvp(f, (SYMMETRIC,), (x,))[1] for x in (e, (e + e.T) / 2))
    np.testing.assert_allclose(along, symmetric_part, rtol=1e-13)
    np.testing.assert_allclose(along, np.sum(gradient * e), rtol=1e-12)


def test_trace_of_a_function_by_eigenvalues():
    np.testing.assert_allclose(
        grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 3))(SYMMETRIC), 3 * SYMMETRIC @ SYMMETRIC
    )
    np.testing.assert_allclose(
        grad(lambda a: np.linalg.slogdet(a).logabsdet)(SYMMETRIC), np.linalg.inv(SYMMETRIC)
    )


@pytest.mark.parametrize("derivative", [grad, jacfwd])
def test_equal_eigenvalues(derivative):
    """Values have derivatives in sums over the eigenspace; vectors have none."""
    a = np.diag([1.0, 2.0, 2.0])
    np.testing.assert_allclose(
        derivative(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(a), 2 * a, atol=1e-14
    )
    np.testing.assert_allclose(
        derivative(lambda a: np.linalg.eigvalsh(a)[0])(a), np.diag([1, 0, 0])
    )
    assert np.any(np.isnan(derivative(lambda a: np.linalg.eigh(a)[1][1, 2])(a)))


@pytest.mark.parametrize("derivative", [grad, jacfwd])
@pytest.mark.parametrize("a", [2 * np.eye(3), np.eye(4, 3), np.diag([3.0, 1.0, 0.0])])
def test_equal_or_zero_singular_values(derivative, a):
    square = derivative(lambda a: np.sum(np.linalg.svdvals(a) ** 2))(a)
    np.testing.assert_allclose(square, 2 * a, atol=1e-14)
    assert np.any(np.isnan(derivative(lambda a: np.linalg.svd(a)[0][0, 1])(np.eye(3))))


def test_second_derivative_at_equal_eigenvalues_is_nan_not_wrong():
    f = lambda a: np.sum(np.linalg.eigvalsh(a) ** 2)  # noqa: E731
    assert np.any(np.isnan(hessian(f)(np.eye(2))))


def test_nuclear_norm_with_equal_singular_values():
    gradient = grad(lambda a: np.linalg.norm(a, "nuc"))(2 * np.eye(3))
    np.testing.assert_allclose(gradient, np.eye(3), atol=1e-15)


# Least squares -----------------------------------------------------------------------------------


def test_lstsq_of_constant_rank():
    """A matrix that keeps its rank 1 while it changes."""
    u, v, b = RNG.normal(size=4), RNG.normal(size=3), RNG.normal(size=4)
    check_grads(lambda u, v: np.linalg.lstsq(np.outer(u, v), b)[0], (u, v), order=1)
    check_grads(lambda u, v: np.linalg.pinv(np.outer(u, v)), (u, v), order=1)


def test_lstsq_results_are_those_of_numpy():
    for a, b in [
        (RNG.normal(size=(5, 2)), RNG.normal(size=5)),
        (RNG.normal(size=(5, 2)), RNG.normal(size=(5, 3))),
        (RNG.normal(size=(2, 5)), RNG.normal(size=2)),
        (of_rank(2), RNG.normal(size=(4, 2))),
    ]:
        found = jvp(lambda a, b=b: np.linalg.lstsq(a, b), (a,), (a,))[0]
        for ours, numpys in zip(found, np.linalg.lstsq(a, b), strict=True):
            np.testing.assert_allclose(ours, numpys, atol=1e-13)
            assert np.shape(ours) == np.shape(numpys)


# Norms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [None, 1, 2, 3, 1.5, np.inf, -np.inf, 0])
def test_norm_of_the_zero_vector(order):
    norm = lambda x: np.linalg.norm(x, order)  # noqa: E731
    for derivative in (grad, jacfwd):
        np.testing.assert_array_equal(derivative(norm)(np.zeros(3)), np.zeros(3))


@pytest.mark.parametrize("order", ["fro", 1, -1, np.inf, -np.inf])
def test_norm_of_the_zero_matrix(order):
    gradient = grad(lambda x: np.linalg.norm(x, order))(np.zeros((2, 3)))
    np.testing.assert_array_equal(gradient, np.zeros((2, 3)))


def test_norm_refuses_what_numpy_refuses():
    for x, order in [(np.ones(3), "fro"), (np.ones((2, 2)), 3), (np.ones((2, 2, 2)), 2)]:
        with pytest.raises(ValueError, match="norm"):
            grad(lambda x, order=order: np.linalg.norm(x, order))(x)


# Results and refusals ----------------------------------------------------------------------------


def test_results_have_the_types_of_numpy():
    def check(a):
        for name in ("slogdet", "eigh", "svd", "qr"):
            function = getattr(np.linalg, name)
            assert type(function(a)) is type(function(SYMMETRIC))
        return np.sum(a)

    grad(check)(SYMMETRIC)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda a: np.linalg.svd(a), "full_matrices=True"),
        (lambda a: np.linalg.svd(a, compute_uv=False, hermitian=True), "hermitian=True"),
        (lambda a: np.linalg.pinv(a, hermitian=True), "hermitian=True"),
        (lambda a: np.linalg.qr(a, "raw"), "mode='raw'"),
        (lambda a: np.linalg.eig(a), "numpy.linalg.eig cannot be used with traced values"),
        (lambda a: np.linalg.svdvals(1j * a), "complex matrices"),
        (lambda a: np.linalg.eigh(1j * a[:2]), "complex matrices"),
    ],
)
def test_refusals(f, words):
    with pytest.raises(NotImplementedError, match=words):
        grad(f)(np.ones((3, 2)))


def test_keywords_are_refused_by_name():
    with pytest.raises(TypeError, match="'dtype' is not supported"):
        grad(lambda a: np.trace(a, dtype=np.float32))(SYMMETRIC)
    with pytest.raises(TypeError, match="'order' is not supported"):
        grad(lambda a: np.einsum("ii", a, order="F"))(SYMMETRIC)


@pytest.mark.parametrize(
    ("subscripts", "shapes", "words"),
    [
        ("ij,jk->ik", [(2, 3)], "describes 2 operands, found 1"),
        ("ijk->i", [(2, 3)], "does not fit an array of 2 axes"),
        ("i->i", [(2, 3)], "does not fit an array of 2 axes"),
        ("...i->i", [(2, 3)], "needs an ellipsis"),
        ("ij->ik", [(2, 3)], "k"),
        ("ij,jk->ik", [(2, 3), (4, 5)], "could not be broadcast|mismatch"),
    ],
)
def test_einsum_refuses_what_numpy_refuses(subscripts, shapes, words):
    arrays = [np.ones(shape) for shape in shapes]
    with pytest.raises(ValueError):  # noqa: PT011
        np.einsum(subscripts, *arrays)
    with pytest.raises(ValueError, match=words):
        jacrev(lambda x: np.einsum(subscripts, x, *arrays[1:]))(arrays[0])


def test_einsum_of_many_operands_takes_a_good_order():
    matrices = [RNG.normal(size=(40, 40)) / 6 for _ in range(5)]
    subscripts = "ab,bc,cd,de,ea->"
    gradient = grad(lambda a: np.einsum(subscripts, a, *matrices[1:]))(matrices[0])
    np.testing.assert_allclose(gradient, np.linalg.multi_dot(matrices[1:]).T, rtol=1e-10)


def test_jets_of_solutions_to_high_order():
    a, b = SYMMETRIC, np.array([1.0, 2.0, 3.0])
    e = RNG.normal(size=(3, 3))
    expected, term = [], np.linalg.solve(a, b)
    for k in range(9):
        expected.append(term)
        term = -(k + 1) * np.linalg.solve(a, e @ term)
    np.testing.assert_allclose(
        jet(lambda a: np.linalg.solve(a, b), a, e, 8), expected, rtol=1e-10, atol=1e-12
    )


def test_the_triangle_that_is_read_is_the_one_asked_for():
    a = np.array([[3.0, 0.7, -0.4], [0.0, 2.5, 1.1], [0.0, 0.0, 3.6]])
    for uplo in "LU":
        for function in (np.linalg.eigvalsh, lambda a, UPLO: np.linalg.eigh(a, UPLO)[0]):
            value = jvp(lambda a, f=function, uplo=uplo: f(a, UPLO=uplo), (a,), (a,))[0]
            np.testing.assert_allclose(value, function(a, UPLO=uplo))
    upper = jvp(lambda a: np.linalg.cholesky(a, upper=True), (a,), (a,))[0]
    np.testing.assert_allclose(upper, np.linalg.cholesky(a, upper=True))
