# Every target is enough on a bare machine that has Swift, make and (Debian, Ubuntu) apt.

PACKAGES := libopenblas-dev libcairo2-dev liblzma-dev zlib1g-dev libssl-dev libpng-dev \
  libjpeg-dev libsndfile1-dev libsoxr-dev libsoundtouch-dev libopencv-objdetect-dev \
  libopencv-dnn-dev libopencv-imgproc-dev libopencv-imgcodecs-dev libopencv-videoio-dev opencv-data \
  fonts-dejavu-core pkg-config python3 python3-venv
PREFIX ?= /usr/local
DESTDIR ?=
APT ?= apt-get

# One set of flags for the program and its tests, so that neither build throws the other away.
# -march=native drives Swift's code generation too; -enable-testing changes no optimisation, it
# only keeps internal names visible to the tests.
FLAGS := -c release -Xcc -march=native -Xswiftc -enable-testing
SOURCES := Package.swift Sources Tests
MIEN := .build/release/mien
TEST_RESULTS := .build/tests.xml

# The quickstart's size: drawn faces and passes over them.
ROWS ?= 4000
EPOCHS ?= 4
OUT := out/quickstart
NOTEBOOK := notebooks-export/quickstart.ipynb
EXAMPLE := out/example

# Benchmarks: QUICK=1 for a look, CSV=fer2013.csv to compare the preparation of data, too, SOUNDS=DIR (with
# ravdess/ and music/) the features of sounds, THREADS of both sides.
PEERS := Sources/MienBenchmarks/peers
QUICK ?=
CSV ?=
SOUNDS ?=
THREADS ?= 2

.DEFAULT_GOAL := help
# What the networks in checkpoints/ are made of, faces or sounds, and where work is done on them.
SOURCE ?= sounds
FACES := out/fer2013
VOICES := out/ravdess
MUSIC := out/music

.PHONY: help deps build quickstart example faces-data faces-ablation ravdess music music-data music-folds \
  python test check format docs bench-peers bench install clean

help: ## show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

deps: ## install missing system packages (Debian, Ubuntu)
	@command -v dpkg-query >/dev/null || { \
	  echo "deps: not a Debian system; make sure you have: $(PACKAGES)"; exit 0; }; \
	missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "deps: installing$$missing"; \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo $(APT) update -qq; \
	  $$sudo env DEBIAN_FRONTEND=noninteractive \
	    $(APT) install -y -qq --no-install-recommends $$missing; \
	fi

build: deps ## build the program mien, and the library that it loads to read videos
	swift build $(FLAGS) --product mien
	swift build $(FLAGS) --product MienVideoReader

quickstart: build ## draw faces, prepare, train, judge, predict, explain and report, in a minute
	$(MIEN) synthesize --rows $(ROWS) --seed 1 --out $(OUT)/faces.csv
	$(MIEN) prepare $(OUT)/faces.csv --out $(OUT)/data
	rm -rf $(OUT)/run
	$(MIEN) train --data $(OUT)/data --run $(OUT)/run --model simple-cnn --epochs $(EPOCHS)
	$(MIEN) evaluate --checkpoint $(OUT)/run --data $(OUT)/data --split PublicTest
	$(MIEN) synthesize --rows 14 --seed 2 --images $(OUT)/photos
	$(MIEN) predict --checkpoint $(OUT)/run --annotate $(OUT)/marked $(OUT)/photos
	$(MIEN) explain --checkpoint $(OUT)/run --data $(OUT)/data --split PublicTest --index 2 \
	  --out $(OUT)/why
	$(MIEN) report --run $(OUT)/run --notebook $(NOTEBOOK)
	@echo
	@echo "Where to look:"
	@echo "  $(OUT)/data/quality.json      what is in the data"
	@echo "  $(OUT)/run/report.html        the run: curves, confusion, faces explained"
	@echo "  $(OUT)/marked                 drawn photos with what was seen in them"
	@echo "  $(OUT)/why                    which parts of a face spoke for its answer"
	@echo "  $(NOTEBOOK)     the report as a notebook"
	@echo "  $(OUT)/run/results.csv        its figures by epoch"
	@echo "  $(OUT)/run/best.safetensors   the trained weights"

# docs/reports.md shows what this makes. Weights differ by processor in the last bits, and so may faces.
example: build ## make the committed report on drawn faces again: docs/example-report.html, notebook
	rm -rf $(EXAMPLE)
	$(MIEN) synthesize --rows 3000 --seed 7 --out $(EXAMPLE)/faces.csv
	$(MIEN) prepare $(EXAMPLE)/faces.csv --out $(EXAMPLE)/data
	$(MIEN) train --data $(EXAMPLE)/data --run $(EXAMPLE)/drawn-faces --model simple-cnn --epochs 16 \
	  --set tensorboard=false
	$(MIEN) calibrate --checkpoint $(EXAMPLE)/drawn-faces
	$(MIEN) report --run $(EXAMPLE)/drawn-faces --out docs/example-report.html \
	  --notebook notebooks-export/example.ipynb

faces-data: build
	$(MIEN) prepare $(SOURCE) --out $(FACES)/data

# Each line of the file is a run: its name, and what differs from the recipe. A run that has begun goes on.
ABLATION := $(FACES)/ablation
faces-ablation: faces-data ## the recipe of faces without each of its parts: make faces-ablation SOURCE=fer2013.csv, hours
	while read -r name changes; do \
	  if [ -d $(ABLATION)/$$name ]; then $(MIEN) train --run $(ABLATION)/$$name --resume; \
	  else $(MIEN) train --data $(FACES)/data --run $(ABLATION)/$$name \
	    --config data/recipes/fer2013.json --epochs 20 $$changes; fi < /dev/null || exit 1; \
	done < data/recipes/fer2013-ablation.txt
	$(MIEN) compare $$(sed 's| .*||; s|^|$(ABLATION)/|' data/recipes/fer2013-ablation.txt) --out $(ABLATION)/compared

# Voices of 16 actors to learn from; four that nothing is chosen on are asked about once, by the card.
ravdess: build ## train checkpoints/ravdess again: make ravdess SOURCE=DIR, ten minutes
	$(MIEN) prepare $(SOURCE) --train-groups 1-16 --test-groups 17-20 --copies 6 --change pitch=2 \
	  --change 'stretch=[0.85,1.15]' --change shift=0.1 --change gain=6 --change 'noise.snr=[15,35]' \
	  --change noise.probability=0.5 --out $(VOICES)/ravdess
	rm -rf $(VOICES)/run
	$(MIEN) train --data $(VOICES)/ravdess --run $(VOICES)/run --config data/recipes/ravdess.json
	$(MIEN) release --run $(VOICES)/run --split test --out checkpoints/ravdess \
	  --remarks data/recipes/ravdess.md

music-data: build
	$(MIEN) prepare $(SOURCE) --features logmel-long --split none --copies 9 --change shift=0.5 \
	  --change pitch=1 --change 'stretch=[0.9,1.1]' --change gain=6 --change 'noise.snr=[20,40]' \
	  --change noise.probability=0.3 --out $(MUSIC)/data

# Seeds differ, data.seed keeps the rows: three networks of one recipe become one.
music: music-data ## train checkpoints/music again: make music SOURCE=DIR, ten minutes
	rm -rf $(MUSIC)/music-? $(MUSIC)/music
	for seed in 1 2 3; do $(MIEN) train --data $(MUSIC)/data --run $(MUSIC)/music-$$seed \
	  --config data/recipes/music.json --seed $$seed --set data.seed=1 || exit 1; done
	$(MIEN) ensemble --checkpoint $(MUSIC)/music-1 --checkpoint $(MUSIC)/music-2 \
	  --checkpoint $(MUSIC)/music-3 --out $(MUSIC)/music
	$(MIEN) release --run $(MUSIC)/music --out checkpoints/music --remarks data/recipes/music.md

music-folds: music-data ## what that is worth, by five folds of whole artists: half an hour
	rm -rf $(MUSIC)/folds-? $(MUSIC)/folds
	for seed in 1 2 3; do $(MIEN) train --data $(MUSIC)/data --run $(MUSIC)/folds-$$seed \
	  --config data/recipes/music.json --folds 5 --seed $$seed --set data.seed=1 || exit 1; done
	$(MIEN) ensemble --checkpoint $(MUSIC)/folds-1 --checkpoint $(MUSIC)/folds-2 \
	  --checkpoint $(MUSIC)/folds-3 --out $(MUSIC)/folds

# Python checks what Mien writes against other tools; without it those tests are skipped.
python: deps
	@cmp -s Tests/requirements.txt .venv/installed || { \
	  rm -rf .venv && python3 -m venv .venv \
	  && .venv/bin/python -m pip install -q --disable-pip-version-check --retries 1 --timeout 20 \
	    -r Tests/requirements.txt \
	  && cp Tests/requirements.txt .venv/installed; \
	} || { rm -rf .venv; echo "python: packages cannot be had; tests that need them are skipped"; }

test: python ## run all tests
	swift build $(FLAGS) --build-tests
	swift test $(FLAGS) --skip-build --disable-xctest --xunit-output $(TEST_RESULTS)

check: python ## lint, warnings as errors, all tests, and the library in a foreign package
	swift format lint --strict --recursive $(SOURCES)
	swift build $(FLAGS) --build-tests --scratch-path .build/check -Xswiftc -warnings-as-errors
	swift test $(FLAGS) --skip-build --scratch-path .build/check -Xswiftc -warnings-as-errors \
	  --disable-xctest
	swift run -c release --package-path Tests/Embedding --scratch-path .build/embedding

format: ## lay out the sources as swift format does
	swift format --in-place --recursive $(SOURCES)

# What `import Mien` brings, as docc sees it: the symbols of the built modules, the landing page, and
# the guide as an article, whose links to other files of docs/ lead nowhere there.
DOCS := .build/docs
EXPORTED = $(shell sed -n 's/^@_exported public import \([A-Za-z]*\)$$/\1/p' Sources/Mien/Exports.swift | paste -sd,)
MODULE_MAPS = $(wildcard Sources/CLibraries/*/module.modulemap) \
  $(foreach shim,CImageCodecs CIntrinsics CStretch CVision,.build/release/$(shim).build/module.modulemap)

docs: build ## API pages into .build/docs/api
	rm -rf $(DOCS) && mkdir -p $(DOCS)/symbols
	swift symbolgraph-extract -module-name Mien -I .build/release/Modules \
	  -target "$$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -1)" \
	  $(addprefix -Xcc -fmodule-map-file=,$(MODULE_MAPS)) \
	  $(addprefix -Xcc ,$(shell pkg-config --cflags openblas cairo)) \
	  -experimental-allowed-reexported-modules=$(EXPORTED) -minimum-access-level public \
	  -skip-synthesized-members -output-dir $(DOCS)/symbols
	cp -R Sources/Mien/Mien.docc $(DOCS)/Mien.docc
	sed -E 's/\[([^]]*)\]\(([a-z]+\.md|derivations)\)/`\1`/g' docs/embedding.md > $(DOCS)/Mien.docc/embedding.md
	docc convert $(DOCS)/Mien.docc --additional-symbol-graph-dir $(DOCS)/symbols \
	  --fallback-bundle-identifier mien --fallback-default-module-kind Library \
	  --output-path $(DOCS)/api
	@echo
	@echo "Look at it: python3 -m http.server --bind 127.0.0.1 --directory $(DOCS)/api 8000"
	@echo "            http://127.0.0.1:8000/documentation/mien"

# The peers that Mien is measured against; +cpu wheels of PyTorch have an index of their own.
bench-peers: deps
	@cmp -s $(PEERS)/requirements.txt .venv-bench/installed || { \
	  rm -rf .venv-bench && python3 -m venv .venv-bench \
	  && { .venv-bench/bin/python -m pip install -q --disable-pip-version-check --retries 1 \
	      -r $(PEERS)/requirements.txt \
	    || .venv-bench/bin/python -m pip install -q --disable-pip-version-check --retries 1 \
	      --extra-index-url https://download.pytorch.org/whl/cpu -r $(PEERS)/requirements.txt; } \
	  && cp $(PEERS)/requirements.txt .venv-bench/installed; \
	} || { rm -rf .venv-bench; echo "bench: the peers cannot be had; Mien is measured alone"; }

bench: build bench-peers ## measure Mien against its peers into docs/performance.md (QUICK=1, CSV=F, SOUNDS=DIR)
	swift build $(FLAGS) --product MienBenchmarks
	@if [ -x .venv-bench/bin/python ]; then \
	  env -u OPENBLAS_CORETYPE .venv-bench/bin/python $(PEERS)/compare.py $(if $(QUICK),--quick) $(if $(CSV),--csv "$(CSV)") \
	    $(if $(SOUNDS),--sounds "$(SOUNDS)") \
	    --threads $(THREADS); \
	else env -u OPENBLAS_CORETYPE .build/release/MienBenchmarks $(if $(QUICK),--quick); fi

SHARE = $(DESTDIR)$(PREFIX)/share
BASH_COMPLETIONS = $(SHARE)/bash-completion/completions
ZSH_COMPLETIONS = $(SHARE)/zsh/site-functions

install: build ## install mien, its manual page and completion under PREFIX (default /usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS)
	install -m 755 $(MIEN) $(DESTDIR)$(PREFIX)/bin/mien
	install -d $(DESTDIR)$(PREFIX)/lib/mien
	install -m 755 .build/release/libMienVideoReader.so $(DESTDIR)$(PREFIX)/lib/mien/
	$(MIEN) man > $(SHARE)/man/man1/mien.1
	$(MIEN) completion bash > $(BASH_COMPLETIONS)/mien
	$(MIEN) completion zsh > $(ZSH_COMPLETIONS)/_mien
	for folder in checkpoints/*/; do \
	  [ -d "$$folder" ] || continue; \
	  install -d $(SHARE)/mien/$$folder; \
	  install -m 644 "$$folder"* $(SHARE)/mien/$$folder; \
	done

clean: ## remove what was built and what quickstart made
	rm -rf .build .venv .venv-bench $(OUT) $(NOTEBOOK)
