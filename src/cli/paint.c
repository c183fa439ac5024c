/* SPDX-License-Identifier: MIT */
#include "paint.h"

#include "terminal.h"

#include <natu/filter.h>
#include <stdlib.h>
#include <string.h>

/* Of the sixteen colours that every terminal has, those that can be read on a light
 * ground and on a dark one. */
static const struct {
	const char *name, *begin;
} styles[PAINT_MAX] = {
	[PAINT_NONE] = { "", "" },   [PAINT_HEADING] = { "heading", "\033[1m" },
	{ "good", "\033[32m" },	     { "serving", "\033[36m" },
	{ "passing", "\033[33m" },   { "waiting", "\033[35m" },
	{ "over", "\033[2m" },	     { "notable", "\033[1;33m" },
	{ "trouble", "\033[1;31m" },
};

static const char style_end[] = "\033[0m";

/* A cell has the style of the first rule that holds. */
struct rule {
	const char *cell, *condition, *style;
	bool of_others; /* it is about more than the cell's own value */
	bool is_cheap;	/* what it takes comes with every row */
};

/* THE RULES. */
static const struct rule rules[] = {
	/* The queue is full: the kernel drops what comes next. */
	{ "listener.queue", "listener.full_percent >= 100", "trouble", true, true },
	{ "listener.drops", "listener.drops > 0", "trouble", false, false },
	/* Nobody reads, or nobody answers. */
	{ "send_q", "timer.retransmits > 0 and send_q > 0", "trouble", true, false },
	{ "send_q", "tcp.retransmitting > 0", "trouble", true, false },
	{ "recv_q", "recv_q >= 64K", "notable", false, false },
	{ "send_q", "send_q >= 64K", "notable", false, false },
	{ "timer.retransmits", "timer.retransmits > 0", "trouble", false, false },
	{ "timer.probes", "timer.probes > 0", "notable", false, false },
	{ "tcp.retransmitting", "tcp.retransmitting > 0", "trouble", false, false },
	{ "tcp.lost", "tcp.lost > 0", "trouble", false, false },
	{ "tcp.backoff", "tcp.backoff > 0", "trouble", false, false },
	{ "tcp.retransmits", "tcp.retransmits > 0", "notable", false, false },
	{ "tcp.retransmit_percent", "tcp.retransmit_percent >= 1", "trouble", false,
	  false },
	{ "tcp.timeouts", "tcp.timeouts > 0", "notable", false, false },
	{ "memory.drops", "memory.drops > 0", "trouble", false, false },
	/* What the program has not closed while the other end has is its mistake. */
	{ "state", "state = CLOSE_WAIT", "waiting", false, false },
	{ "state", "state = ESTABLISHED", "good", false, false },
	{ "state", "state = LISTEN", "serving", false, false },
	{ "state", "state = SYN_SENT,SYN_RECV,FIN_WAIT1,CLOSING,LAST_ACK", "passing",
	  false, false },
	{ "state", "state = COOKIE_WAIT,COOKIE_ECHOED", "passing", false, false },
	{ "state",
	  "state = SHUTDOWN_PENDING,SHUTDOWN_SENT,SHUTDOWN_RECEIVED,SHUTDOWN_ACK_SENT",
	  "passing", false, false },
	{ "state", "state = TIME_WAIT,FIN_WAIT2", "over", false, false },
};

enum { RULE_COUNT = sizeof(rules) / sizeof(rules[0]), CELLS_MAX = 64 };

struct painter {
	bool colored;
	struct natu_filter *conditions[RULE_COUNT]; /* NULL: it is not applied */
	unsigned char styles[RULE_COUNT];
	struct cell {
		bool has_rules;
		bool applies[RULE_COUNT];
	} cells[CELLS_MAX];
	size_t count; /* the first cell is one without rules */
};

static unsigned char style_named(const char *name)
{
	unsigned char style = PAINT_MAX - 1;

	while (style && strcmp(styles[style].name, name) != 0)
		style--;
	return style;
}

static bool read_rules(struct painter *painter)
{
	struct natu_error error;

	for (size_t i = 0; i < RULE_COUNT; i++) {
		painter->styles[i] = style_named(rules[i].style);
		painter->conditions[i] = natu_filter_new();
		if (!painter->conditions[i] ||
		    natu_filter_parse(painter->conditions[i], rules[i].condition,
				      &error) < 0)
			return false;
	}
	return true;
}

struct painter *painter_new(bool colored)
{
	struct painter *painter = calloc(1, sizeof(*painter));

	if (!painter)
		return NULL;
	painter->colored = colored;
	painter->count = 1;
	text_width_begin();
	if (!colored || read_rules(painter))
		return painter;
	painter_free(painter);
	return NULL;
}

void painter_free(struct painter *painter)
{
	if (!painter)
		return;
	for (size_t i = 0; i < RULE_COUNT; i++)
		natu_filter_free(painter->conditions[i]);
	free(painter);
}

static bool is_of(const struct rule *rule, const struct natu_column *column)
{
	return column && !strcmp(natu_column_name(column), rule->cell);
}

size_t painter_cell(struct painter *painter, const struct natu_column *column,
		    const struct natu_column *otherwise, bool of_groups)
{
	struct cell cell = { 0 };

	for (size_t i = 0; painter->colored && i < RULE_COUNT; i++) {
		cell.applies[i] = (is_of(&rules[i], column) ||
				   is_of(&rules[i], otherwise)) &&
				  !(of_groups && rules[i].of_others);
		cell.has_rules |= cell.applies[i];
	}
	if (!cell.has_rules || painter->count == CELLS_MAX)
		return 0;
	painter->cells[painter->count] = cell;
	return painter->count++;
}

static bool is_applied(const struct painter *painter, size_t rule)
{
	for (size_t i = 0; i < painter->count; i++)
		if (painter->cells[i].applies[rule])
			return true;
	return false;
}

natu_facts painter_settle(struct painter *painter, natu_facts facts)
{
	natu_facts wishes = 0;

	for (size_t i = 0; painter->colored && i < RULE_COUNT; i++) {
		natu_facts needed = natu_filter_facts(painter->conditions[i]);
		bool is_free = !(needed & ~facts) || rules[i].is_cheap;

		if (is_applied(painter, i) && is_free) {
			wishes |= needed;
			continue;
		}
		natu_filter_free(painter->conditions[i]);
		painter->conditions[i] = NULL;
	}
	return wishes;
}

unsigned int painter_style(const struct painter *painter, size_t cell,
			   const struct natu_socket *socket)
{
	for (size_t i = 0; painter->cells[cell].has_rules && i < RULE_COUNT; i++)
		if (painter->cells[cell].applies[i] && painter->conditions[i] &&
		    natu_filter_test(painter->conditions[i], socket) == NATU_TRUE)
			return painter->styles[i];
	return PAINT_NONE;
}

void paint_text(struct natu_buffer *text, unsigned int style, const char *bytes,
		size_t length)
{
	if (style)
		natu_buffer_add_text(text, styles[style].begin);
	natu_buffer_add(text, bytes, length);
	if (style)
		natu_buffer_add_text(text, style_end);
}

/* A mark: its sign, the cell, the width and how it is aligned, each as a printing
 * character; and the end of a cell. */
enum { MARK = 0x1e, CELL_END = 0x1f, FIRST = 0x20, MARK_LENGTH = 4 };

void painter_open(struct natu_plan *plan, size_t cell, unsigned int width,
		  enum natu_align align)
{
	const char mark[] = { MARK, (char)(FIRST + cell), (char)(FIRST + width),
			      (char)(FIRST + align), '\0' };

	natu_plan_literal(plan, mark);
}

void painter_close(struct natu_plan *plan)
{
	const char mark[] = { CELL_END, '\0' };

	natu_plan_literal(plan, mark);
}

static void add_blanks(struct natu_buffer *text, size_t width, size_t wanted)
{
	for (; width < wanted; width++)
		natu_buffer_add(text, " ", 1);
}

/* Adds the cell whose mark this is. Gives its end. */
static const char *add_cell(const struct painter *painter,
			    const struct natu_socket *socket, const char *mark,
			    const char *end, struct natu_buffer *text)
{
	const char *cell = mark + MARK_LENGTH;
	const char *stop = memchr(cell, CELL_END, (size_t)(end - cell));
	size_t length = (size_t)((stop ? stop : end) - cell);
	size_t wanted = (size_t)(mark[2] - FIRST), width = text_width(cell, length);
	bool right = mark[3] - FIRST == NATU_RIGHT;

	if (right)
		add_blanks(text, width, wanted);
	paint_text(text, painter_style(painter, (size_t)(mark[1] - FIRST), socket), cell,
		   length);
	if (!right)
		add_blanks(text, width, wanted);
	return stop ? stop + 1 : end;
}

void painter_row(const struct painter *painter, const struct natu_socket *socket,
		 const struct natu_buffer *marked, struct natu_buffer *text)
{
	const char *at = marked->data, *end = at + marked->used;

	while (at < end) {
		const char *mark = memchr(at, MARK, (size_t)(end - at));

		if (!mark || end - mark < MARK_LENGTH) {
			natu_buffer_add(text, at, (size_t)(end - at));
			break;
		}
		natu_buffer_add(text, at, (size_t)(mark - at));
		at = add_cell(painter, socket, mark, end, text);
	}
	text->failed |= marked->failed;
}
