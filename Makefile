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
DOCUMENTS := $(patsubst %.in,%,$(wildcard man/*.[137] man/*.[137].in \
	completions/natu.bash* completions/natu.zsh* completions/natu.fish*))
BUILT_DOCUMENTS := $(addprefix $(BUILD)/,$(sort $(DOCUMENTS)))

# --- flags -----------------------------------------------------------------------------------

MNL_CFLAGS := $(shell $(PKG_CONFIG) --cflags libmnl 2>/dev/null)
MNL_LIBS := $(or $(shell $(PKG_CONFIG) --libs libmnl 2>/dev/null),-lmnl)
CUNIT_LIBS := $(or $(shell $(PKG_CONFIG) --libs cunit 2>/dev/null),-lcunit)

SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
NEEDED_CFLAGS = -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) $(if $(SANITIZE),$(SANITIZERS))
NEEDED_CPPFLAGS = -D_GNU_SOURCE -DNATU_VERSION='"$(VERSION)"' -Iinclude $(MNL_CFLAGS)
NEEDED_LDFLAGS = $(if $(SANITIZE),$(SANITIZERS))

# The program sees the public headers only; that is what keeps the library a library.
$(LIB_OBJECTS) $(PIC_OBJECTS): INCLUDES = -Isrc/lib
$(CLI_OBJECTS) $(GEN_OBJECTS): INCLUDES = -Isrc/cli
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
.PHONY: all libraries documents tests run check lint bench install uninstall clean help FORCE

all: $(PROGRAM) libraries documents	## build everything; the program is build/natu
libraries: $(STATIC) $(SHARED) $(PC)
documents: $(BUILT_DOCUMENTS)
tests: $(UNIT) $(TOOLS)

$(PROGRAM): $(CLI_OBJECTS) $(STATIC) $(BUILD)/link.flags
	$(call say,LD,$@)
	$(Q)$(LINK) -o $@ $(CLI_OBJECTS) $(STATIC) $(MNL_LIBS) $(LDLIBS)

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
	$(Q)mkdir -p $(@D) && $(LINK) -o $@ $(GEN_OBJECTS) $(CLI_PARTS) $(STATIC) $(MNL_LIBS) $(LDLIBS)

$(UNIT): $(UNIT_OBJECTS) $(CLI_PARTS) $(STATIC) $(BUILD)/link.flags
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(LINK) -o $@ $(UNIT_OBJECTS) $(CLI_PARTS) $(STATIC) $(CUNIT_LIBS) \
		$(MNL_LIBS) $(LDLIBS)

define tool
$(BUILD)/tests/$(basename $(notdir $(1))): $(1:%.c=$(BUILD)/obj/%.o) $(STATIC) $(BUILD)/link.flags
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(LINK) -o $$@ $$< $(STATIC) $$(MNL_LIBS) -pthread $$(LDLIBS)
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

# What was built with other flags is built again: each of these files changes only with its text.
define flags
$(BUILD)/$(1).flags: FORCE
	@mkdir -p $(BUILD); text='$$(subst ','\'',$(2))'; \
	test "$$$$(cat $$@ 2>/dev/null)" = "$$$$text" || printf '%s\n' "$$$$text" >$$@
endef
$(eval $(call flags,compile,$$(COMPILE)))
$(eval $(call flags,link,$$(LINK) $$(LDLIBS)))
$(eval $(call flags,install,$$(PREFIX) $$(EXEC_PREFIX) $$(LIBDIR) $$(INCLUDEDIR) $$(VERSION)))

clean:	## remove what was built
	rm -rf $(BUILD)

help:	## show this list
	@echo 'make TARGET [VARIABLE=VALUE ...]'
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 24

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
