"""How the model that reads texts is fitted and measured. Reading needs none of this.

    labels     which themes the sentences of reports and of our own texts earn; the reports themselves lie elsewhere
    texts      whole texts with the answers a careful reader gives
    sentences  labelled sentences as what a model is fitted on
    fitting    logistic regression on terms, and on answers to what was held back (scikit-learn, extra `train`)
    shipped    the model the program brings along: its themes and their polarity
    whole      the same for relevance and events
    own        themes of a reader's own, from their examples
    commonness how common words are, for telling stories apart (its own `python -m monitor.learning.commonness`)
    figures    how often answers are right: precision, recall, F1, calibration
    measuring  a classifier's answers against a careful reader's

`python -m monitor.learning` (make model) fits the shipped model anew and says what it comes to.
"""
