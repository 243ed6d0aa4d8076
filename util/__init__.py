"""What the notebooks import: data, plots, training, metrics and checks. Nothing here knows how a notebook is graded."""
