.PHONY: explain-corpus
explain-corpus: $(VENV)/.boto3 ## make the corpus of failed requests anew: signed, broken, sent to the gateway
	$(GO) test ./cmd/signet/internal/evidence -run '^TestFreshCorpus$$' -write-corpus
