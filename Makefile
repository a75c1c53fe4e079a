# winnow: `make sweep` sets up and runs the main job, `make test` sets up and tests.
# Variants: make CC=clang | SAN=address (with undefined) | SAN=thread | OPENMP=0 | FAULTS=1 (test hooks)
# `make fuzz` builds a variant of its own: clang, address and undefined, counters for libFuzzer.

SHELL := /bin/bash
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
SAN ?=
OPENMP ?= 1
FAULTS ?=
PREFIX ?= /usr/local
MIRROR ?=
OUT ?= reports/runs
STATE ?=
REDIS ?=
CORES := $(shell nproc)

VERSION := $(shell cat VERSION)
VARIANT := $(notdir $(CC))$(if $(SAN),-$(SAN))$(if $(filter 0,$(OPENMP)),-serial)$(if $(FAULTS),-faults)
BUILD := build/$(VARIANT)

PACKAGES := libarchive libdeflate libisal zlib sqlite3 yajl hiredis libpsl libidn2 libseccomp libb2 libxxhash nettle
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Werror
OPTIMISE := $(if $(SAN),-O1 -fno-omit-frame-pointer,-O2)
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DWINNOW_VERSION='"$(VERSION)"' -Ianalyzer -I$(BUILD)/gen
CFLAGS += -std=c17 -g $(OPTIMISE) $(WARNINGS) -fstack-protector-strong
LDFLAGS += -pie -Wl,-z,relro,-z,now
CFLAGS += -fPIE
LDLIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null || echo -larchive -ldeflate -lisal -lz -lsqlite3 -lyajl -lhiredis -lpsl -lidn2 -lseccomp -lb2 -lxxhash -lnettle) -lm
ifneq ($(OPENMP),0)
CFLAGS += -fopenmp
LDFLAGS += -fopenmp
else
CFLAGS += -Wno-unknown-pragmas
endif
ifeq ($(SAN),address)
CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
CPPFLAGS += -DWINNOW_SANITIZED
else ifeq ($(SAN),fuzz)
CFLAGS += -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS += -fsanitize=fuzzer-no-link,address,undefined
CPPFLAGS += -DWINNOW_SANITIZED
else ifeq ($(SAN),thread)
CFLAGS += -fsanitize=thread
LDFLAGS += -fsanitize=thread
CPPFLAGS += -DWINNOW_SANITIZED
else
CPPFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

ifneq ($(FAULTS),)
CPPFLAGS += -DWINNOW_FAULTS
endif

SOURCES := $(wildcard analyzer/*.c analyzer/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
HOUSE := $(BUILD)/libwinnow.a
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
PROBES := $(patsubst tests/oracle/%.c,$(BUILD)/oracle/%,$(wildcard tests/oracle/probe_*.c))
SHIMS := $(patsubst tests/hostile/%.c,$(BUILD)/hostile/%.so,$(wildcard tests/hostile/fail_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
EMBEDDED := $(BUILD)/gen/schema_sql.h $(patsubst datasets/%.txt,$(BUILD)/gen/%_txt.h,$(wildcard datasets/*.txt))

.PHONY: all sweep demo test test-real eval bench unit probes fuzz fuzzers lint format sample install uninstall clean schema
all: winnow

winnow: $(BUILD)/winnow
	@cp -f $< $@

$(BUILD)/winnow: $(BUILD)/analyzer/main.o $(HOUSE)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(HOUSE): $(filter-out $(BUILD)/analyzer/main.o,$(OBJECTS))
	@rm -f $@
	ar rcs $@ $^

# The state's schema is one commented SQL file, embedded as a C string.
$(BUILD)/gen/schema_sql.h: analyzer/facts/schema.sql
	@mkdir -p $(@D)
	@sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $< > $@

# The same for the lists of datasets/: what the program uses when it finds no such folder.
$(BUILD)/gen/%_txt.h: datasets/%.txt
	@mkdir -p $(@D)
	@sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $< > $@

# Says at once what to do when a library is missing; plain `make` installs nothing.
$(BUILD)/.libraries: scripts/install-deps
	@pkg-config --exists $(PACKAGES) 2>/dev/null || \
		{ echo "libraries are missing: run scripts/install-deps" >&2; exit 1; }
	@mkdir -p $(@D) && touch $@

$(BUILD)/%.o: %.c VERSION | $(BUILD)/.libraries $(EMBEDDED)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: tests/unit/%.c $(HOUSE)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(HOUSE) $(LDLIBS) -lcmocka

$(BUILD)/oracle/%: tests/oracle/%.c $(HOUSE)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(HOUSE) $(LDLIBS)

# Preloaded into the program by tests, which let its calls fail; never instrumented.
$(BUILD)/hostile/%.so: tests/hostile/%.c tests/hostile/fail_book.h
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=c17 -g -O2 $(WARNINGS) -fPIC -shared -o $@ $<

$(BUILD)/fuzz/%: tests/fuzz/%.c $(HOUSE)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(HOUSE) $(LDLIBS)

$(BUILD)/bench/%: tests/bench/%.c $(HOUSE)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(HOUSE) $(LDLIBS)

$(BUILD)/bench/%.so: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=c17 -g -O2 $(WARNINGS) -fPIC -shared -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

unit: $(UNIT_TESTS)
probes: $(PROBES) $(SHIMS)
fuzzers: $(FUZZERS)

# Without MIRROR the demo mirror is swept, with a state of its own.
sweep:
	@scripts/install-deps build
	@$(MAKE) --no-print-directory -s -j$(CORES) winnow
	@$(if $(MIRROR),,scripts/demo-mirror)
	@./winnow sweep $(if $(MIRROR),"$(MIRROR)",datasets/demo-mirror) --out "$(OUT)" \
		--state "$(or $(STATE),$(if $(MIRROR),reports/winnow.db,reports/demo.db))" \
		$(if $(REDIS),--redis "$(REDIS)")

demo:
	@scripts/demo-mirror

# TESTS="unit cli/test_sweep" runs only those with one of the words in their path.
test:
	@scripts/install-deps build test
	@$(MAKE) --no-print-directory -s -j$(CORES) $(BUILD)/winnow unit probes
	@$(MAKE) --no-print-directory -s -j$(CORES) FAULTS=1 $(BUILD)-faults/winnow
	@WINNOW_BUILD=$(BUILD) tests/run $(TESTS)

# Each fuzzer for so many SECONDS; FUZZ="toml lexer" chooses. What is found stays in build/fuzz.
FUZZ_SECONDS := $(if $(filter command line,$(origin SECONDS)),$(SECONDS),10)
fuzz:
	@scripts/install-deps build lint
	@$(MAKE) --no-print-directory -s -j$(CORES) CC=clang SAN=fuzz fuzzers
	@tests/fuzz/run --seconds $(FUZZ_SECONDS) $(FUZZ)

sample:
	@scripts/install-deps build test
	@scripts/sample-mirror || [ $$? -eq 77 ] # 77: the registry cannot be reached

test-real: sample
	@$(MAKE) --no-print-directory -s -j$(CORES) $(BUILD)/winnow
	@WINNOW_BUILD=$(BUILD) tests/run oracle/test_real

# What winnow lists on labelled corpora of which everything is known: reports/EVALUATION.md.
eval:
	@scripts/install-deps build
	@$(MAKE) --no-print-directory -s -j$(CORES) $(BUILD)/winnow
	@WINNOW_BUILD=$(BUILD) tests/eval/evaluate.py

# How fast winnow is beside its peers, on the same files: reports/BENCHMARK.md.
# PARTS="wheels sdists" chooses.
bench:
	@scripts/install-deps build
	@$(MAKE) --no-print-directory -s -j$(CORES) $(BUILD)/winnow \
		$(addprefix $(BUILD)/bench/,peers make_facts usage keeper slow_disk.so)
	@WINNOW_BUILD=$(BUILD) tests/bench/bench.py $(PARTS)

# The data dictionary, generated from the columns that the reports are written with.
schema: $(BUILD)/winnow
	@mkdir -p reports
	$(BUILD)/winnow schema > reports/SCHEMA.md.new
	@mv reports/SCHEMA.md.new reports/SCHEMA.md

lint: $(EMBEDDED)
	@scripts/install-deps lint
	@BUILD=$(BUILD) scripts/lint $(STEPS)

install: winnow
	install -D -m 755 winnow $(DESTDIR)$(PREFIX)/bin/winnow

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/winnow

format:
	clang-format -i $$(git ls-files 'analyzer/*.[ch]' 'tests/*.[ch]')

clean:
	rm -rf build winnow
