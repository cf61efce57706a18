# The two commands of the README are `make demo` and `make test`. Both install what they need and build first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.PHONY: demo test test-arm test-vm test-page test-faults bench-live bench-captures bench-crowd fuzz build deps readers install format clean

# Debian 12 packages: libraries with headers to build against; sqlite3 and Python for tests that read our files with other
# people's programs.
PACKAGES := libv4l-dev libopenblas-dev libopencv-imgproc-dev libpng-dev libtiff-dev libjpeg62-turbo-dev libsqlite3-dev libssl-dev pkg-config sqlite3 python3-venv
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
SWIFT_FLAGS := -c release
BIN = $(shell swift build $(SWIFT_FLAGS) --show-bin-path)

PREFIX ?= /usr
DESTDIR ?=

deps:
	@missing=(); for package in $(PACKAGES); do
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing+=($$package)
	done
	if [ $${#missing[@]} -gt 0 ]; then
	  echo "installing $${missing[*]}"
	  $(SUDO) apt-get update -q
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$${missing[@]}"
	fi

# Readers of the exported files, in a folder of their own.
READERS := Tests/ExportTests/requirements.txt
readers: deps
	@if ! cmp -s $(READERS) .build/python/installed.txt; then
	  mkdir -p .build
	  /usr/bin/python3 -m venv --clear .build/python
	  .build/python/bin/pip install -q --disable-pip-version-check -r $(READERS)
	  cp $(READERS) .build/python/installed.txt
	fi

build: deps
	swift build $(SWIFT_FLAGS)

# Fields of the simulated microscope, and its seed.
FIELDS ?= 3
SEED ?= 7

demo: build
	@Tests/Demo/demo.sh "$(BIN)" $(FIELDS) $(SEED)

# One release build serves programs and tests: nothing is imported @testable. One test at a time: those that compute
# would otherwise starve those that talk over sockets.
test: readers
	swift build $(SWIFT_FLAGS) --build-tests
	swift test $(SWIFT_FLAGS) --skip-build --no-parallel

# The C kernels without Swift, against their definitions: every kernel that this processor has, and those for 64-bit ARM
# under an emulator, as the newest processor and as a Raspberry Pi 4's.
test-arm: PACKAGES += libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user-static
KERNELS := -O2 -Wall -Wextra -Wno-psabi -ISources/CKernels/include -ISources/CTraining/include \
  $(wildcard Tests/CKernels/*.c Sources/CKernels/*.c Sources/CTraining/*.c) -lm
test-arm: deps
	@mkdir -p .build/kernels
	clang $(KERNELS) -o .build/kernels/native
	.build/kernels/native portable
	clang --target=aarch64-linux-gnu -fuse-ld=lld -static $(KERNELS) -o .build/kernels/aarch64
	qemu-aarch64-static -cpu max .build/kernels/aarch64 portable neon neonbf16
	qemu-aarch64-static -cpu cortex-a72 .build/kernels/aarch64 portable neon

test-vm: build
	Tests/VM/run.sh

# The page in headless Chromium, against a daemon of this build; screenshots lie in .build/page.
DRIVER := Tests/Live/requirements.txt
test-page: PACKAGES += chromium chromium-driver
test-page: build
	@if ! cmp -s $(DRIVER) .build/page-python/installed.txt; then
	  /usr/bin/python3 -m venv --clear .build/page-python
	  .build/page-python/bin/pip install -q --disable-pip-version-check --no-deps -r $(DRIVER)
	  cp $(DRIVER) .build/page-python/installed.txt
	fi
	.build/page-python/bin/python Tests/Live/drive.py "$(BIN)"

# What the live view costs, with none, one and eight clients; nothing else should run beside it.
bench-live: build
	/usr/bin/python3 Tests/Live/rates.py "$(BIN)"

# Seconds from trigger to counts, by stage, and bytes a capture; nothing else should run beside it.
bench-captures: build
	/usr/bin/python3 Tests/Live/captures.py "$(BIN)"

# Parsers, shims (under sanitizers) and the daemon's HTTP on what nobody should send; CASES a parser, REQUESTS to the daemon.
CASES ?= 100000
REQUESTS ?= 20000
FUZZ_SEED ?= 1
SHIMS := Sources/CPNG/cpng.c Sources/CTIFF/ctiff.c Sources/CJPEG/cjpeg.c
fuzz: build
	swift build $(SWIFT_FLAGS) --build-tests
	NEURALLENS_FUZZ_CASES=$(CASES) NEURALLENS_FUZZ_SEED=$(FUZZ_SEED) \
	  swift test $(SWIFT_FLAGS) --skip-build --no-parallel --filter FuzzTests
	mkdir -p .build/fuzz
	clang -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -ISources/CPNG/include -ISources/CTIFF/include \
	  -ISources/CJPEG/include Tests/Fuzz/shims.c $(SHIMS) -lpng -ltiff -ljpeg -o .build/fuzz/shims
	"$(BIN)/neurallens-lab" simulate --fields 1 --seed 3 -o .build/fuzz/field
	.build/fuzz/shims Tests/ImagingTests/Fixtures/*.tif Tests/ImagingTests/Fixtures/*.jpg .build/fuzz/field/000000.png \
	  $$(($(CASES) / 8 + 1)) $(FUZZ_SEED)
	/usr/bin/python3 Tests/Fuzz/requests.py "$(BIN)" --requests $(REQUESTS) --seed $(FUZZ_SEED)

# One failing call, a kill, a pause, a torn copy in the midst of a capture, some thousand times; FAULTS takes options.
FAULTS ?=
test-faults: build
	/usr/bin/python3 Tests/Faults/faults.py "$(BIN)" $(FAULTS)

# 200 clients and 50 that follow events for MINUTES, while captures run; nothing else should run beside it.
MINUTES ?= 15
bench-crowd: build
	/usr/bin/python3 Tests/Faults/crowd.py "$(BIN)" --minutes $(MINUTES)

# What is installed carries its Swift runtime: the service must not depend on where a toolchain lies.
STATIC := $(SWIFT_FLAGS) --static-swift-stdlib --scratch-path .build/static

install: deps
	swift build $(STATIC)
	programs=$$(swift build $(STATIC) --show-bin-path)
	$(SUDO) install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/neurallens/lenses
	$(SUDO) install -s -m 0755 $$programs/neurallensd $$programs/neurallens $$programs/neurallens-lab $(DESTDIR)$(PREFIX)/bin/
	$(SUDO) cp -r --no-preserve=ownership Models/. $(DESTDIR)$(PREFIX)/share/neurallens/lenses/
	$(SUDO) Systemd/install.sh "$(DESTDIR)" "$(PREFIX)"

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean:
	rm -rf .build
