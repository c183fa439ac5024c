/* SPDX-License-Identifier: MIT */
#ifndef NATU_FAMILY_SCTP_H
#define NATU_FAMILY_SCTP_H

#include "family/other.h"

/* What the family table takes of SCTP: what struct natu_family says of its members. */
NATU_FAMILY_FUNCTIONS(sctp);
void natu_sctp_take_heading(const char *line, size_t length,
			    struct natu_proc_columns *columns);

/* What the two sources share: FACT_TYPE by the kernel's number, if that is known; the
 * two ends by the first address of each list; the state of an association by the kernel's
 * number, 0 if that is not known; and FACT_BASE. */
void natu_sctp_take_type(uint64_t number, struct natu_socket *socket);
void natu_sctp_take_ends(struct natu_socket *socket);
unsigned int natu_sctp_state_of(uint64_t number);
void natu_sctp_identify(const struct natu_family *family, unsigned int which,
			unsigned int state, struct natu_socket *socket);

#endif
