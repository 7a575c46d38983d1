"""ROUGE and other measures, baselines, folds and intervals."""
