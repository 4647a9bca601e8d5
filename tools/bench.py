"""How fast lectopt is beside named peers: ratios of times, taken in one run.

One thread; CPU time; the competitors take turns, and of each the fastest round
counts. `make bench` runs it with what tools/bench.txt names.
"""

import argparse
import os
import platform
import subprocess
import sys
import time

import numpy as np
import scipy
import torch

from lectopt import Optimizer
from lectopt.optimizer import BLOCK
from lectopt.rules import adam, momentum


def fastest(calls, rounds, repeat=1):
    """CPU seconds of each call, the least over rounds in which they take turns."""
    best = [float("inf")] * len(calls)
    for _ in range(rounds):
        for i, call in enumerate(calls):
            start = time.process_time()
            for _ in range(repeat):
                call()
            best[i] = min(best[i], (time.process_time() - start) / repeat)
    return best


def unit(seconds):
    """A time in words."""
    size, name = next(((size, name) for size, name in ((1, "s"), (1e-3, "ms")) if seconds >= size), (1e-6, "us"))
    return f"{seconds / size:.3g} {name}"


def report(what, ours, peers, least=None, first=""):
    """One line: our time, and for each peer its time and how many times longer than ours that is."""
    words = "   ".join(f"{name} {unit(s)} = {s / ours:.2f} x" for name, s in peers.items())
    bar = (
        ""
        if least is None
        else f"   [at least {least} x of {first}: {'yes' if peers[first] / ours >= least else 'NO'}]"
    )
    print(f"{what:<34} lectopt {unit(ours):>8}   {words}{bar}", flush=True)


def step_of_ours(rule, n, dtype):
    """A function that takes one step with n parameters."""
    rng = np.random.default_rng(0)
    w, g = rng.standard_normal(n).astype(dtype), rng.standard_normal(n).astype(dtype)
    opt = Optimizer(rule, 1e-3)
    return lambda: opt.step(w, g)


def step_of_torch(maker, n, dtype, **options):
    """The same with one of torch's optimizers."""
    torch.manual_seed(0)
    w = torch.randn(n, dtype=dtype, requires_grad=True)
    w.grad = torch.randn(n, dtype=dtype)
    return maker([w], lr=1e-3, **options).step


def steps(rule, maker, sizes, options, least):
    """One rule's step beside torch's three ways to take it."""
    variants = {"torch": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}
    for dtype, n in ((dtype, n) for dtype in ("float32", "float64") for n in sizes):
        calls = [step_of_ours(rule, n, dtype)]
        calls += [step_of_torch(maker, n, getattr(torch, dtype), **options, **more) for more in variants.values()]
        ours, *theirs = fastest(calls, 15, max(1, 10**6 // (n + 500)))
        peers = dict(zip(variants, theirs, strict=True))
        report(f"{rule.__name__}, n = {n:.0e}, {dtype}", ours, peers, least.get(n), "torch")
        if n == 10**7:
            bandwidth(rule, ours, n, np.dtype(dtype).itemsize)


def bandwidth(rule, seconds, n, itemsize):
    """Against the time in which memory could deliver every array once and take back those that change."""
    a, b = (np.ones(n * itemsize // 8) for _ in range(2))
    per_byte = fastest([lambda: np.add(a, b, out=a)], 7)[0] / (3 * a.nbytes)
    touched = {"adam": 4 + 3, "momentum": 3 + 2}[rule.__name__] * itemsize * n
    print(f"{'':<34} {seconds / (touched * per_byte):.2f} x the time of memory at {1e-9 / per_byte:.1f} GB/s")


def network(epochs=20, batch_size=64):
    """MLP 64-64-10 on digits with Adam, the same start, the same batches, the same arithmetic in float32."""
    from lectopt.data import digits, minibatches
    from lectopt.network import MLP

    (x, labels), _, (x_test, labels_test) = digits()
    x, x_test = x.astype(np.float32), x_test.astype(np.float32)
    net = MLP([64, 64, 10])
    start = net.init(np.random.default_rng(0)).astype(np.float32)
    fun = net.fun(x, np.eye(10, dtype=np.float32)[labels])

    def ours():
        w, opt, rng = start.copy(), Optimizer(adam, 0.005), np.random.default_rng(1)
        for _ in range(epochs):
            for batch in minibatches(len(x), batch_size, rng):
                opt.step(w, fun(w, batch)[1])
        return (net.predict(w, x_test).argmax(axis=1) == labels_test).mean()

    tx, ty, tx_test = torch.from_numpy(x), torch.from_numpy(labels), torch.from_numpy(x_test)

    def theirs():
        layers = torch.nn.Linear(64, 64), torch.nn.Linear(64, 10)
        with torch.no_grad():
            for layer, views in zip(layers, net.views(start), strict=True):
                layer.weight.copy_(torch.from_numpy(views["W"].T.copy()))
                layer.bias.copy_(torch.from_numpy(views["b"]))
        model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1])
        opt, rng = torch.optim.Adam(model.parameters(), lr=0.005), np.random.default_rng(1)
        for _ in range(epochs):
            for batch in minibatches(len(x), batch_size, rng):
                batch = torch.from_numpy(batch)
                opt.zero_grad()
                torch.nn.functional.cross_entropy(model(tx[batch]), ty[batch]).backward()
                opt.step()
        with torch.no_grad():
            return (model(tx_test).argmax(dim=1).numpy() == labels_test).mean()

    accuracy = ours(), theirs()
    mine, peer = fastest([ours, theirs], 3)
    report("MLP 64-64-10, digits, 20 epochs", mine, {"torch": peer}, 2.5, "torch")
    print(f"{'':<34} test accuracy {accuracy[0]:.3f} and {accuracy[1]:.3f}")


def large_scale(n=10**5, goal=1e-8):
    """L-BFGS until the loss is below the goal, on Rosenbrock's valley in n dimensions, in pairs."""
    from lectopt.second_order import lbfgs

    calls = []

    def fun(w):
        x, y = w[::2], w[1::2]
        a, b = 1 - x, y - x * x
        g = np.empty_like(w)
        g[::2], g[1::2] = -2 * a - 400 * x * b, 200 * b
        loss = float(a @ a + 100 * (b @ b))
        calls.append(loss)
        return loss, g

    start = np.tile([-1.2, 1.0], n // 2)

    def ours():
        for w in lbfgs(fun, start):
            if (not calls or calls[-1] <= goal) and fun(w)[0] <= goal:
                return w

    def theirs():
        def stop(intermediate_result):
            if intermediate_result.fun <= goal:
                raise StopIteration

        options = {"maxcor": 10, "ftol": 0, "gtol": 0, "maxiter": 1000}
        return scipy.optimize.minimize(fun, start, jac=True, method="L-BFGS-B", callback=stop, options=options).x

    counts = []
    for call in (ours, theirs):
        calls.clear()
        found = call()
        counts.append(len(calls))
        assert fun(found)[0] <= goal
    mine, peer = fastest([ours, theirs], 5)
    report(f"L-BFGS, n = {n:.0e}, to {goal:.0e}", mine, {"scipy": peer}, 2, "scipy")
    print(f"{'':<34} {counts[0]} and {counts[1]} evaluations of the loss")


def import_time(rounds=15):
    """What `import lectopt` costs where numpy is already imported."""
    code = "import time, numpy; t = time.process_time(); import lectopt; print(time.process_time() - t)"
    times = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(rounds)]
    verdict = "yes" if min(times) <= 0.02 else "NO"
    print(f"{'import lectopt, beyond numpy':<34} {1e3 * min(times):.1f} ms   [at most 20 ms: {verdict}]")


def blocks():
    """Adam at n = 1e7 with blocks of other sizes, and without any."""
    import lectopt.optimizer as module

    for dtype in ("float32", "float64"):
        times = {}
        for kilobytes in (34, 146, 386, 770, 1026, 1538, 4098, 10**6):
            module.BLOCK = kilobytes << 10
            times[kilobytes] = fastest([step_of_ours(adam, 10**7, dtype)], 4)[0]
        module.BLOCK = BLOCK
        words = "   ".join(f"{k if k < 10**6 else 'no'} KiB {unit(s)}" for k, s in times.items())
        print(f"adam, n = 1e7, {dtype}, blocks of:   {words}", flush=True)


def main():
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--blocks", action="store_true", help="compare block sizes of `elementwise` instead")
    options = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        parser.error("one thread only: set OMP_NUM_THREADS=1, as `make bench` does")
    torch.set_num_threads(1)
    if options.blocks:
        return blocks()
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, torch {torch.__version__}, {platform.machine()}"
    )
    print("torch: its default, on a CPU a loop over tensors. x: the peer's time over lectopt's.\n")
    steps(adam, torch.optim.Adam, (10, 10**3, 10**5, 10**7), {}, {10**3: 2.5, 10**7: 2})
    steps(momentum, torch.optim.SGD, (10**7,), {"momentum": 0.9}, {10**7: 1})
    network()
    large_scale()
    import_time()


if __name__ == "__main__":
    main()
