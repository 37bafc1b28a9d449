"""Facts shipped as data: published benchmarks with their sources, and word lists."""
