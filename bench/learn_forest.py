"""scikit-learn's times for what bench_learn_forest measures, on the tables it writes: learn_forest.py FOLDER"""
import sys
import time

import numpy
from sklearn.ensemble import RandomForestClassifier

for n, p in ((200, 10), (200, 1000), (2000, 10)):
    table = numpy.loadtxt(f"{sys.argv[1]}/forest_{n}_{p}.csv", delimiter=",", skiprows=1)
    best = 1e9
    for repeat in range(3):
        start = time.process_time()
        RandomForestClassifier(500, n_jobs=1, oob_score=True, random_state=repeat).fit(table[:, 2:], table[:, 1])
        best = min(best, time.process_time() - start)
    print(f"scikit-learn, {n} x {p}".ljust(52), f"{best:8.4f} s")
