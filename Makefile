# SPDX-License-Identifier: MIT
#
# natu: `make help` lists the targets. A new source file, test or manual page needs no edit here.

VERSION = 0.1.0
SONAME = libnatu.so.0

BUILD = build
V = 0

# The user's: whatever is needed to build at all is in NEEDED_*, beside them.
CC ?= cc
AR ?= ar
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
INSTALL ?= install
WARNINGS ?= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla

PREFIX ?= /usr/local
EXEC_PREFIX ?= $(PREFIX)
BINDIR ?= $(EXEC_PREFIX)/bin
LIBDIR ?= $(EXEC_PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
SCHEMADIR ?= $(DATADIR)/natu
MANDIR ?= $(DATADIR)/man
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR ?= $(DATADIR)/zsh/site-functions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
DESTDIR ?=
NETSTAT ?= no

# --- what there is ---------------------------------------------------------------------------

sources = $(sort $(shell find $(1) -name '*.c' 2>/dev/null))

LIB_SOURCES := $(call sources,src/lib)
CLI_SOURCES := $(call sources,src/cli)
GEN_SOURCES := $(call sources,src/gen)
UNIT_SOURCES := $(wildcard tests/unit/*.c)
TOOL_SOURCES := $(wildcard tests/tools/*.c tests/bench/*.c)
HEADERS := $(wildcard include/natu/*.h)

LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/obj/%.o)
PIC_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/pic/%.o)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/obj/%.o)
GEN_OBJECTS := $(GEN_SOURCES:%.c=$(BUILD)/obj/%.o)
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(BUILD)/obj/%.o)
TOOL_OBJECTS := $(TOOL_SOURCES:%.c=$(BUILD)/obj/%.o)
# All of the program but its main(): what unit tests and natu-gen link.
CLI_PARTS := $(filter-out $(BUILD)/obj/src/cli/main.o,$(CLI_OBJECTS))

PROGRAM := $(BUILD)/natu
STATIC := $(BUILD)/libnatu.a
SHARED := $(BUILD)/libnatu.so.$(VERSION)
PC := $(BUILD)/libnatu.pc
GEN := $(if $(GEN_SOURCES),$(BUILD)/gen/natu-gen)
UNIT := $(BUILD)/tests/unit
TOOLS := $(foreach source,$(TOOL_SOURCES),$(BUILD)/tests/$(basename $(notdir $(source))))

# FILE.in is filled by natu-gen; any other file is copied.
MAN_PAGES := $(sort $(patsubst %.in,%,$(wildcard man/*.[137] $(if $(GEN),man/*.[137].in))))
COMPLETIONS := $(sort $(patsubst %.in,%,$(wildcard $(addprefix completions/natu.,bash zsh fish) \
	$(if $(GEN),completions/natu.*.in))))
SCHEMA := $(BUILD)/natu-1.schema.json
DOCUMENTS := $(addprefix $(BUILD)/,$(MAN_PAGES) $(COMPLETIONS)) $(SCHEMA)

# --- flags -----------------------------------------------------------------------------------

MNL_CFLAGS := $(shell $(PKG_CONFIG) --cflags libmnl 2>/dev/null)
MNL_LIBS := $(or $(shell $(PKG_CONFIG) --libs libmnl 2>/dev/null),-lmnl)
# Optional, and loaded only where it is used: names by DNS. CARES=no builds without it.
CARES ?= $(if $(shell $(PKG_CONFIG) --exists libcares 2>/dev/null && echo yes),yes,no)
CARES_CFLAGS := $(if $(filter yes,$(CARES)),-DNATU_CARES $(shell $(PKG_CONFIG) --cflags libcares 2>/dev/null))
# For dlopen(), before glibc 2.34.
CARES_LIBS := $(if $(CARES_CFLAGS),-ldl)
CUNIT_LIBS := $(or $(shell $(PKG_CONFIG) --libs cunit 2>/dev/null),-lcunit)

SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# -pthread for both compiling and linking: before glibc 2.34 it brings a library of its own.
NEEDED_CFLAGS = -std=c11 -pthread $(WARNINGS) $(if $(WERROR),-Werror) $(if $(SANITIZE),$(SANITIZERS))
NEEDED_CPPFLAGS = -D_GNU_SOURCE -DNATU_VERSION='"$(VERSION)"' -Iinclude $(MNL_CFLAGS)
NEEDED_LDFLAGS = $(if $(SANITIZE),$(SANITIZERS))

# The program sees the public headers only; that is what keeps the library a library.
$(LIB_OBJECTS) $(PIC_OBJECTS): INCLUDES = -Isrc/lib
$(CLI_OBJECTS): INCLUDES = -Isrc/cli $(CARES_CFLAGS)
$(GEN_OBJECTS): INCLUDES = -Isrc/lib -Isrc/cli
$(UNIT_OBJECTS): INCLUDES = -Isrc/lib -Isrc/cli -Itests/unit
$(TOOL_OBJECTS): INCLUDES = -Itests/tools
$(PIC_OBJECTS): PIC = -fPIC -fno-semantic-interposition

COMPILE = $(CC) $(NEEDED_CPPFLAGS) $(CPPFLAGS) $(NEEDED_CFLAGS) $(CFLAGS)
LINK = $(CC) $(NEEDED_CFLAGS) $(CFLAGS) $(NEEDED_LDFLAGS) $(LDFLAGS)

Q = $(if $(filter-out 0,$(V)),,@)
say = @$(if $(filter-out 0,$(V))$(findstring s,$(firstword -$(MAKEFLAGS))),:,printf '  %-7s %s\n' $(1) $(2))

# --- targets ---------------------------------------------------------------------------------

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.PHONY: all program libraries documents tests clean help FORCE

all: program libraries documents	## build everything; the program is build/natu
program: $(PROGRAM)
libraries: $(STATIC) $(SHARED) $(PC)
documents: $(DOCUMENTS)
tests: $(UNIT) $(TOOLS)

$(PROGRAM): $(CLI_OBJECTS) $(STATIC) $(BUILD)/link.flags
	$(call say,LD,$@)
	$(Q)$(LINK) -o $@ $(CLI_OBJECTS) $(STATIC) $(MNL_LIBS) $(CARES_LIBS) $(LDLIBS)

$(STATIC): $(LIB_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJECTS)

$(SHARED): $(PIC_OBJECTS) src/lib/libnatu.map $(BUILD)/link.flags
	$(call say,LD,$@)
	$(Q)$(LINK) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=src/lib/libnatu.map \
		-o $@ $(PIC_OBJECTS) $(MNL_LIBS) $(LDLIBS)

$(PC): src/lib/libnatu.pc.in $(BUILD)/install.flags
	$(call say,GEN,$@)
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@EXEC_PREFIX@|$(EXEC_PREFIX)|' \
		-e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
		-e 's|@VERSION@|$(VERSION)|' $< >$@

$(GEN): $(GEN_OBJECTS) $(CLI_PARTS) $(STATIC) $(BUILD)/link.flags
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(LINK) -o $@ $(GEN_OBJECTS) $(CLI_PARTS) $(STATIC) $(MNL_LIBS) $(CARES_LIBS) $(LDLIBS)

# Unit tests can take the memory away: tests/unit/memory.h.
WRAPPED = $(patsubst %,-Wl$(,)--wrap=%,malloc calloc realloc aligned_alloc strdup)
, := ,

$(UNIT): $(UNIT_OBJECTS) $(CLI_PARTS) $(STATIC) $(BUILD)/link.flags
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(LINK) $(WRAPPED) -o $@ $(UNIT_OBJECTS) $(CLI_PARTS) $(STATIC) \
		$(CUNIT_LIBS) $(MNL_LIBS) $(CARES_LIBS) $(LDLIBS)

define tool
$(BUILD)/tests/$(basename $(notdir $(1))): $(1:%.c=$(BUILD)/obj/%.o) $(STATIC) $(BUILD)/link.flags
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(LINK) -o $$@ $$< $(STATIC) $$(MNL_LIBS) $$(LDLIBS)
endef
$(foreach source,$(TOOL_SOURCES),$(eval $(call tool,$(source))))

$(BUILD)/obj/%.o: %.c $(BUILD)/compile.flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(COMPILE) $(INCLUDES) -MMD -MP -c -o $@ $<

$(BUILD)/pic/%.o: %.c $(BUILD)/compile.flags
	$(call say,CC,'$< (shared)')
	$(Q)mkdir -p $(@D) && $(COMPILE) $(INCLUDES) $(PIC) -MMD -MP -c -o $@ $<

# A page or a completion: from its .in where there is one.
$(BUILD)/man/%: man/%.in $(GEN)
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D) && $(GEN) $< >$@
$(BUILD)/man/%: man/%
	$(Q)mkdir -p $(@D) && cp $< $@
$(BUILD)/completions/%: completions/%.in $(GEN)
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D) && $(GEN) $< >$@
$(BUILD)/completions/%: completions/%
	$(Q)mkdir -p $(@D) && cp $< $@

# What the program says is what is installed.
$(SCHEMA): $(PROGRAM)
	$(call say,GEN,$@)
	$(Q)$(PROGRAM) --json-schema >$@

# What was built with other flags is built again: each of these files changes only with its text.
define flags
$(BUILD)/$(1).flags: FORCE
	@mkdir -p $(BUILD); text='$$(subst ','\'',$(2))'; \
	test "$$$$(cat $$@ 2>/dev/null)" = "$$$$text" || printf '%s\n' "$$$$text" >$$@
endef
$(eval $(call flags,compile,$$(COMPILE) $$(CARES_CFLAGS)))
$(eval $(call flags,link,$$(LINK) $$(LDLIBS)))
$(eval $(call flags,install,$$(PREFIX) $$(EXEC_PREFIX) $$(LIBDIR) $$(INCLUDEDIR) $$(VERSION)))

# --- running and testing: these install what they miss ---------------------------------------

PACKAGES = @CC='$(CC)' tests/tools/packages.sh
REMAKE = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
RUN_TESTS = @CC='$(CC)' tests/run
SANITIZED = $(BUILD)/sanitize
CHECKS := $(addprefix check-,unit replay live differential manners docs install consumers)

.PHONY: run check check-sanitize bench fuzz lint format prepare prepare-sanitized $(CHECKS)

run:	## install what is missing, build, and list the sockets (ARGS='-tulpn')
	$(PACKAGES) run
	+@$(REMAKE) program
	@$(PROGRAM) $(ARGS)

check: prepare prepare-sanitized	## install what is missing, build, and run all tests
	$(RUN_TESTS) -b $(BUILD) -b $(SANITIZED)

$(CHECKS): check-%: prepare	## only these: unit, replay, live, differential, manners, docs, install, consumers
	$(RUN_TESTS) -b $(BUILD) $*

check-sanitize: prepare prepare-sanitized	## the tests with ASan and UBSan only
	$(RUN_TESTS) -b $(SANITIZED)

prepare:
	$(PACKAGES) check
	+@$(REMAKE) all tests

# A compiler without sanitizers leaves no build there: tests/run then says that it skips it.
prepare-sanitized: prepare
	+@if echo 'int main(void) { return 0; }' | \
		$(CC) -fsanitize=address,undefined -x c -o /dev/null - 2>/dev/null; then \
		$(REMAKE) BUILD=$(SANITIZED) SANITIZE=1 program tests; \
	else \
		rm -rf $(SANITIZED); \
	fi

bench: prepare	## measure against the other tools
	NATU_BUILD=$(BUILD) tests/bench/run $(ARGS)

fuzz:	## fuzz what reads foreign bytes (ARGS='-s SECONDS TARGET...'; a minute each)
	$(PACKAGES) fuzz
	BUILD=$(BUILD) tests/fuzz/run $(ARGS)

lint:	## check the style, the manual, the scripts and the direction of includes
	$(PACKAGES) lint
	+@$(REMAKE) all
	@CC='$(CC)' BUILD=$(BUILD) tests/tools/lint

format:	## let clang-format rewrite the sources
	clang-format -i $(shell find include src tests -name '*.[ch]')

# --- installing ------------------------------------------------------------------------------

# mode:file:where it goes
FILES = 755:$(PROGRAM):$(BINDIR)/natu \
	644:$(STATIC):$(LIBDIR)/libnatu.a \
	755:$(SHARED):$(LIBDIR)/$(notdir $(SHARED)) \
	644:$(PC):$(PKGCONFIGDIR)/libnatu.pc \
	$(foreach header,$(HEADERS),644:$(header):$(INCLUDEDIR)/natu/$(notdir $(header))) \
	$(foreach page,$(MAN_PAGES),644:$(BUILD)/$(page):$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(notdir $(page))) \
	644:$(SCHEMA):$(SCHEMADIR)/$(notdir $(SCHEMA)) \
	$(if $(filter %.bash,$(COMPLETIONS)),644:$(BUILD)/completions/natu.bash:$(BASHCOMPDIR)/natu) \
	$(if $(filter %.zsh,$(COMPLETIONS)),644:$(BUILD)/completions/natu.zsh:$(ZSHCOMPDIR)/_natu) \
	$(if $(filter %.fish,$(COMPLETIONS)),644:$(BUILD)/completions/natu.fish:$(FISHCOMPDIR)/natu.fish)
# what it leads to:the link
LINKS = $(notdir $(SHARED)):$(LIBDIR)/$(SONAME) $(SONAME):$(LIBDIR)/libnatu.so
# The same for netstat's name, where netstat has its own: nobody else's is replaced.
NETSTAT_LINKS = natu:$(BINDIR)/netstat ../man1/natu.1:$(MANDIR)/man8/netstat.8

part = $(word $(1),$(subst :, ,$(2)))
define install_file
	@$(INSTALL) -D -m $(call part,1,$(1)) $(call part,2,$(1)) "$(DESTDIR)$(call part,3,$(1))"

endef
define install_link
	@ln -sf $(call part,1,$(1)) "$(DESTDIR)$(call part,2,$(1))"

endef
define install_own_link
	@mkdir -p "$(DESTDIR)$(dir $(call part,2,$(1)))"
	@test "$$(readlink "$(DESTDIR)$(call part,2,$(1))")" = $(call part,1,$(1)) || \
		ln -s $(call part,1,$(1)) "$(DESTDIR)$(call part,2,$(1))"

endef
define uninstall_own_link
	@test "$$(readlink "$(DESTDIR)$(call part,2,$(1))")" != $(call part,1,$(1)) || \
		rm -f "$(DESTDIR)$(call part,2,$(1))"

endef

.PHONY: install uninstall

install: all	## install below DESTDIR and PREFIX; NETSTAT=yes adds a link `netstat`
	$(foreach file,$(FILES),$(call install_file,$(file)))
	$(foreach link,$(LINKS),$(call install_link,$(link)))
ifeq ($(NETSTAT),yes)
	$(foreach link,$(NETSTAT_LINKS),$(call install_own_link,$(link)))
endif
	@test -n "$(DESTDIR)" || ldconfig 2>/dev/null || :

uninstall:	## remove what install installed, given the same variables
	rm -f $(foreach file,$(FILES),"$(DESTDIR)$(call part,3,$(file))") \
		$(foreach link,$(LINKS),"$(DESTDIR)$(call part,2,$(link))")
	$(foreach link,$(NETSTAT_LINKS),$(call uninstall_own_link,$(link)))
	@rmdir "$(DESTDIR)$(INCLUDEDIR)/natu" "$(DESTDIR)$(SCHEMADIR)" 2>/dev/null || :

clean:	## remove what was built
	rm -rf $(BUILD)

help:	## show this list
	@echo 'make TARGET [VARIABLE=VALUE ...]'
	@sed -n 's/^\([^:#	]*\):.*	## \(.*\)/  \1	\2/p' $(firstword $(MAKEFILE_LIST)) | \
		sed 's/[$$](CHECKS)/check-AREA/' | expand -t 24

-include $(shell find $(BUILD)/obj $(BUILD)/pic -name '*.d' 2>/dev/null)
