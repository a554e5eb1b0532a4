# SPDX-License-Identifier: AGPL-3.0-or-later
#
# A thin front for people: Meson builds, tools/ do the work. Everything installs what it lacks.
PORT ?= 8480
DATA ?= run/demo

.PHONY: help build run test crash bench lint reference promises fuzz clean setup

help:
	@echo "make run     build, make a demo state in $(DATA), serve it on http://127.0.0.1:$(PORT)"
	@echo "make test    every test; the last line counts them"
	@echo "make crash   1,000 kills, 400 power cuts, failing disks, three saboteurs; half an hour"
	@echo "make build   only build/birge"
	@echo "make bench   the benchmark table"
	@echo "make lint    layers, comments, texts, sizes"
	@echo "make reference  docs/reference, from the program's own tables"
	@echo "make promises    what the last run of the tests proves, for the page of promises"
	@echo "make fuzz    every fuzzer for SECONDS=60"

setup:
	@tools/setup

build: setup
	@tools/build build

run: build
	@tools/run "$(DATA)" "$(PORT)"

test:
	@tools/setup tests
	@tools/test

# The long form of what 'make test' does a few times; SCALE=0.1 does a tenth of it. Half an hour on two cores.
SCALE ?= 1.0
crash: build
	@tools/setup tests
	@tools/build build-normal -Dsaboteur=sync_normal -Dbench=false
	@tools/build build-early -Dsaboteur=early_reply -Dbench=false
	@tests/crash/crash.py --full --scale $(SCALE) --birge build/birge --judge build/tests/crash/crash_judge \
	  --sync-normal build-normal/birge --early-reply build-early/birge

bench:
	@tools/setup tests
	@tools/build build-bench -Dbuildtype=release
	@tools/bench

lint: build
	@meson test -C build --suite lint --print-errorlogs

reference: build
	@tools/reference build/birge

promises:
	@tools/promises

fuzz: setup
	@tools/fuzz

clean:
	rm -rf build build-*
