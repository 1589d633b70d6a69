# Two commands do everything on a fresh clone: `make demo` and `make test`.

PYTHON ?= python3

.PHONY: demo test check serve clean

demo: ## Play the bundled meeting live, with captions in a browser
	@scripts/setup "$(PYTHON)"
	@.venv/bin/captioner demo

test: ## Run all default tests
	@scripts/setup "$(PYTHON)" test
	@scripts/test

check: ## Format, lint, types
	@scripts/setup "$(PYTHON)" test lint
	@scripts/check

serve: ## Serve meetings from this computer's microphones
	@scripts/setup "$(PYTHON)"
	@.venv/bin/captioner serve

clean: ## Remove what these commands made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
