"""A submission through its kernels: the pool, cells and questions, answers, threads and Dask workers."""
