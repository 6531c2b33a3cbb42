import type { AppletCases } from '@slipway/shell/case-runner';

const file = (...lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map((line) => `'${line.replaceAll("'", `'\\''`)}'`).join(' ')} > Makefile`;
const T = '\t';

const SCRIPTS: readonly string[] = [
  `${file('all: a b', `${T}@echo all $^`, 'a b:', `${T}echo $@ > $@`)}; make; make; touch -d @1000000000 a; make -n; make all; make nope`,
  `${file('.PHONY: all clean', 'all: out/x.js out/y.js', 'out/%.js: src/%.ts | out', `${T}cp $< $@`, 'out:', `${T}mkdir -p $@`, 'clean:', `${T}rm -rf out`)}; mkdir src; echo 1 > src/x.ts; echo 2 > src/y.ts; make; make; make clean; ls`,
  file(
    'A = $(B) c',
    'B := b',
    'C ?= no',
    'C += more',
    'E := $(shell echo hi; echo ho)',
    'L := a.c d/b.c x.h',
    'define F',
    '$(1)-$(2)',
    'endef',
    '$(info $(A) $(C) $(E) $(L:.c=.o) $(patsubst %.c,%.js,$(L)) $(filter %.c,$(L)) $(filter-out %.c,$(L)))',
    '$(info $(dir $(L)) $(notdir $(L)) $(basename $(L)) $(suffix $(L)) $(addprefix p/,$(L)) $(sort c a b a) $(word 2,$(L)) $(words $(L)) $(wordlist 2,3,$(L)))',
    '$(info $(foreach v,1 2,<$v>) $(call F,x,y) $(if $(B),yes,no) $(or ,z) $(and a,b) $(subst a,b,aXa) $(strip  a  b ) $(findstring b,abc) $(join a b,1 2) $(origin B) $(origin PATH) $(flavor A) $(value A) $(firstword $(L)) $(lastword $(L)))',
    'ifeq ($(B),b)',
    '$(info is b)',
    'else ifeq ($(B),c)',
    '$(info is c)',
    'else',
    '$(info neither)',
    'endif',
    'ifndef NONE',
    '$(info none)',
    'endif',
    'ifneq "$(B)" "c"',
    '$(info not c)',
    'endif',
    'all: ; @echo done $(D)',
    'all: D = target',
  ) + '; make; make D=command B=c',
  `${file('all:', `${T}-false`, `${T}@true`, `${T}+@echo plus`, `${T}exit 3`, `${T}echo never`)}; make; make -i; make -k; make -s; make -n`,
  `${file('a: b', 'b: c', `${T}false`, 'c:', 'x: nosuch')}; make; make x; make -k a x; make c`,
  `${file('all:', `    echo x`)}; make`,
  `${file(`${T}echo x`)}; make`,
  `${file('ifeq (a,a)', 'all:')}; make`,
  `make; make x; make -f nosuch; make -C nosuch; make --nope 2>&1 | head -1`,
  `${file('include part.mk', '-include nosuch.mk', 'all: ; @echo $(X) $(MAKEFILE_LIST)')}; echo 'X = from part' > part.mk; make; rm part.mk; make`,
  `${file('export X = 1', 'Y = 2', 'all:', `${T}@echo $$X $$Y $(MAKELEVEL)`, `${T}@$(MAKE) --no-print-directory sub Z=3`, 'sub:', `${T}@echo sub $(MAKELEVEL) $(Z) $$Z`)}; make; Y=env make; make -e Y=5; make -w sub; make -C . sub`,
  `${file('all: a b c', 'a b c:', `${T}@echo $@`)}; make -j1; make -j 4 | sort; make -t; ls; make -q; echo $?; make -B a`,
  `${file('x y: %: %.in', `${T}cp $< $@; echo $*`, 'z:: ; @echo one', 'z:: ; @echo two', '.DEFAULT: ; @echo default $@', '.SUFFIXES: .md .html', '.md.html:', `${T}cp $< $@`)}; echo > x.in; echo > p.md; make x z other p.html`,
  `${file('SHELL = /bin/bash', '.ONESHELL:', 'all:', `${T}@a=1`, `${T}[[ $$a == 1 ]] && echo one`)}; make`,
  `${file('all:', `${T}@echo a \\`, `${T}  b; \\`, `${T}echo c # no comment`, `${T}# a comment for the shell`, 'X = a \\', '  b # comment', `two: ; @echo "$(X)" '#'`)}; make all two`,
  `${file('a: b', 'b: a ; @echo b')}; make; ${file('X = $(X)', 'all: ; echo $(X)')}; make; ${file('$(error stop here)', 'all:')}; make; ${file('$(warning careful)', 'all: ; @nosuchprogram')}; make`,
  `${file('$(eval V := 5)', 'define R', '$(1): ; @echo made $(1) $$(V)', 'endef', '$(foreach t,p q,$(eval $(call R,$t)))', 'all: p q', 'F := $(wildcard *.z)', '$(info $(F) $(realpath .) $(abspath x))')}; touch b.z a.z .h.z; make all`,
];

/** Each script is a makefile with what is asked of it. */
export const cases: AppletCases = { same: SCRIPTS.join('\n') };
