/* SPDX-License-Identifier: MIT */
#include "column/row.h"

#include "state.h"

static const struct natu_word kinds[TIMER_NUMBERS] = {
	[TIMER_OFF] = { "off", 3 },
	[TIMER_ON] = { "on", 2 },
	[TIMER_KEEPALIVE] = { "keepalive", 9 },
	[TIMER_TIME_WAIT] = { "timewait", 8 },
	[TIMER_PROBE] = { "probe", 5 },
};

static const struct natu_word *kind_at(size_t index)
{
	return index < TIMER_NUMBERS ? &kinds[index] : NULL;
}

static enum natu_presence get_timer_kind(const struct natu_socket *socket, size_t index,
					 struct natu_value *value)
{
	(void)index;
	/* Kernels of 2026 tell of a delayed ACK (5) where /proc and netstat see no
	 * timer. */
	value->word = &kinds[socket->timer < TIMER_NUMBERS ? socket->timer : TIMER_OFF];
	return NATU_HAS;
}

static enum natu_presence get_timer_expires(const struct natu_socket *socket,
					    size_t index, struct natu_value *value)
{
	(void)index;
	if (socket->timer == TIMER_OFF || socket->timer >= TIMER_NUMBERS)
		return NATU_NONE;
	value->number = socket->expires_ms;
	return NATU_HAS;
}

static const struct natu_column rows[] = {
	{ "timer.kind", "Timer", FACT_TIMER, GET(NATU_WORD, get_timer_kind),
	  .word_at = kind_at, .sets = NATU_SET_TIMERS,
	  .help = "Timer that runs: off, on (retransmission), keepalive, timewait or probe." },
	{ "timer.expires_ms", "Expires", FACT_TIMER, .unit = NATU_MS,
	  GET(NATU_UINT, get_timer_expires), .sets = NATU_SET_TIMERS,
	  .help = "Time until the timer fires." },
	{ "timer.retransmits", "Retr", FACT_RETRIES, FIELD(retransmits),
	  .sets = NATU_SET_TIMERS,
	  .help = "Retransmissions in a row without an answer." },
	{ "timer.probes", "Probes", FACT_RETRIES, FIELD(probes), .sets = NATU_SET_TIMERS,
	  .help = "Probes of a zero window or of keepalive in a row without an answer." },
};

NATU_COLUMN_PART(natu_columns_timer, rows);
