# Thin front for Meson. `make demo` and `make check` also set the machine up.
BUILD ?= build

.PHONY: all setup setup-check demo check bench bench-explore bench-check oracle coverage install clean

all: $(BUILD)/build.ninja
	@ninja --quiet -C $(BUILD)

$(BUILD)/build.ninja:
	@meson setup $(BUILD) >/dev/null || { meson setup $(BUILD); exit 1; }

setup:
	@scripts/setup build

setup-check:
	@scripts/setup check

demo: setup
	@$(MAKE) --no-print-directory $(BUILD)/build.ninja
	@echo "building (a minute or two the first time)" >&2
	@ninja --quiet -C $(BUILD) demo
	@$(BUILD)/cmd/lockstep demo

check: setup-check
	@scripts/check

bench: setup-check
	@scripts/bench

bench-explore: setup-check
	@scripts/bench-explore

bench-check: setup-check
	@scripts/bench-check $(TREE)

oracle: setup-check
	@scripts/oracle

coverage: setup-check
	@scripts/coverage

# DESTDIR=DIR stages it there; the prefix is Meson's: meson configure build --prefix=DIR
install: all
	@meson install -C $(BUILD) --no-rebuild

clean:
	@rm -rf build build-*
