/* SPDX-License-Identifier: MIT */
#ifndef NATU_LOOP_H
#define NATU_LOOP_H

#include "net/endpoint.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

/*
 * One epoll loop. A watch is a descriptor and what is to be done when it is ready; it is
 * the first member of what it belongs to. One that is retired while events are handed out
 * is neither called nor freed before all of them are.
 */
struct watch {
	int descriptor;
	uint32_t events; /* what is asked for */
	bool added;
	void (*ready)(struct watch *watch, uint32_t events);
	struct watch *retired;
};

/* One that rings once, after a time. */
struct timer {
	struct watch watch;
	void (*expired)(struct timer *timer);
};

struct loop {
	int epoll;
	struct watch signals;
	int signal; /* the one that ended it, or 0 */
	bool ended;
	struct watch *retired;
};

/* From here on signals end the loop: see signals.h. False after a complaint. */
bool loop_open(struct loop *loop);
void loop_close(struct loop *loop);
const char *loop_signal_word(const struct loop *loop);

/* Hands out events until loop->ended. False after a complaint. */
bool loop_run(struct loop *loop);

/* Asks for these events (EPOLLERR and EPOLLHUP always come). False with errno. */
bool loop_watch(struct loop *loop, struct watch *watch, uint32_t events);

/* Asks for nothing any more, not even for errors. */
void loop_forget(struct loop *loop, struct watch *watch);

/* Closes the descriptor at once and gives the memory, which begins with the watch, to
 * free() later. */
void loop_retire(struct loop *loop, struct watch *watch);

/* What to ask for: RDHUP tells the end of a connection from an empty message. */
#define TO_READ (EPOLLIN | EPOLLRDHUP)

/* After 0 bytes have been received, with these events: whether that was an empty message
 * of a SOCK_SEQPACKET socket, and not the end. */
bool is_empty_message(const struct endpoint *endpoint, int descriptor, uint32_t events);

/* Made early, when there are still descriptors. False after a complaint. */
bool timer_open(struct loop *loop, struct timer *timer,
		void (*expired)(struct timer *timer));
void timer_start(struct timer *timer, uint64_t nanoseconds);
void timer_close(struct timer *timer);

#define NS_PER_MS 1000000ULL

/* Nanoseconds of a clock that only goes forward. */
uint64_t now_ns(void);

/* A member of a queue in which everything waits for the same time. */
struct due {
	struct due *previous, *next; /* next is NULL: in no queue */
	uint64_t at;
};

struct delay {
	struct timer timer;
	uint64_t ms;
	struct due queue;
	void (*expired)(struct delay *delay,
			struct due *due); /* `due` is in no queue then */
};

bool delay_open(struct loop *loop, struct delay *delay, uint64_t ms,
		void (*expired)(struct delay *delay, struct due *due));
void delay_add(struct delay *delay, struct due *due);
void delay_cancel(struct due *due);
/* Takes the first one out; NULL when the queue is empty. */
struct due *delay_take(struct delay *delay);

/* As many descriptors as this process may have; gives their number. */
uint64_t raise_descriptor_limit(void);

#endif
