/* SPDX-License-Identifier: MIT */
#ifndef NATU_ERROR_H
#define NATU_ERROR_H

/*
 * What went wrong, filled by the library and printed by nobody but its caller. Every
 * function that takes a struct natu_error fills it when it fails and leaves it alone
 * when it succeeds; the pointer must not be NULL.
 */

enum natu_code {
	NATU_OK = 0,
	/* the caller asked for something that does not exist or make sense */
	NATU_EUSAGE,
	NATU_ESYS,   /* a system call failed; errno says how */
	NATU_EDATA,  /* a file or a message is not what it claims to be */
	NATU_ENOSUP, /* this kernel or this machine cannot do it */
	NATU_ENOMEM,
};

/* Since 0.1. */
struct natu_error {
	enum natu_code code;
	int error;	       /* an errno value, or 0 */
	unsigned int position; /* NATU_EUSAGE in a text: the first byte in question ... */
	unsigned int length;   /* ... and how many; 0 when no place can be named */
	char text[320]; /* what was being done, to what, and why it failed: one line */
};

#endif
