"""Keywords that the other cases leave at their defaults, and shapes that they leave out."""

from __future__ import annotations

import numpy as np

from tests.autodiff.cases import NOT_ANALYTIC, case, constant_case, values
from tests.autodiff.cases_statistics import with_gaps

for ufunc in (np.minimum, np.fmax, np.fmin, np.logaddexp2):
    case(ufunc.reduce, values((2, 3)), axis=1, keepdims=True)
    NOT_ANALYTIC.add(ufunc.reduce)

case(np.geomspace, values((2,), 1.0, 2.0), 8.0, 4, endpoint=False)
case(np.percentile, values((7,)), 30, method="hazen")
case(np.nanpercentile, values((7,)), 30, method="hazen")
case(np.nanquantile, values((2, 3)), 0.3, axis=1, keepdims=True)
case(np.nanstd, values((2, 3)), axis=1, ddof=1)
case(np.unwrap, np.array([0.1, 3.6, 7.3, 7.5, 3.8]), discont=3.6)
NOT_ANALYTIC |= {np.nanpercentile, np.nanquantile, np.nanstd, np.percentile, np.unwrap}

case(np.cross, values((4, 3)), values((3, 4)), axisb=0)
case(np.select, [np.array([True, False, False])], [values((3,))], 2.0)
case(np.select, [np.array([True, False, False])], [values((3,))], values((3,)))

constant_case(np.lexsort, values((2, 2, 3)), axis=0)
# Where x is 0, which here is not differentiated, the second argument is the result.
case(np.heaviside, np.array([0, 1, 0]), values(()))
case(np.heaviside.outer, np.array([0, -1, 0]), values((2,)))
NOT_ANALYTIC |= {np.heaviside, np.heaviside.outer}

# Conditions that hold together, and elements that are missing
overlapping = [np.array([True, True, False, False]), np.array([True, False, True, False])]
case(np.select, overlapping, [values((4,)), values((4,))], values((4,)))
case(with_gaps(np.nanpercentile), values((3, 4)), 30.0, axis=1)

# Numbers have no axis, but NumPy lets them be reduced over one
case(np.prod, values(()), axis=0)
case(np.sum, values(()), axis=-1, keepdims=True)
case(np.logaddexp.reduce, np.asarray(values(())), axis=())

# Shapes that need each axis by its right number
case(np.linalg.matrix_norm, values((2, 3, 4)), ord=1)
case(np.linalg.matrix_power, values((2, 3, 3)), 0)
case(np.linalg.tensorsolve, values((2, 3, 3, 2)), values((2, 3)))
case(np.block, [values((2, 3)), values((2, 1))])
case(np.cov, values((3, 4)), fweights=np.array([1, 2, 1, 3]), aweights=np.array([1, 2, 2, 1]))
case(np.interp, np.array([-9, 9]), np.arange(4), values((4,)))
