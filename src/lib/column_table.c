/* SPDX-License-Identifier: MIT */
#include "column.h"

/* THE COLUMN TABLE: its parts, each of which lies in the file of its subject, in the
 * order in which columns are listed, printed and explained. */
const struct natu_column_part *const natu_column_parts[] = {
	&natu_columns_socket,	  &natu_columns_unix,
	&natu_columns_listener,	  &natu_columns_timer,
	&natu_columns_process,	  &natu_columns_cgroup,
	&natu_columns_tcp,	  &natu_columns_tcp_derived,
	&natu_columns_congestion, &natu_columns_ulp,
	&natu_columns_memory,	  &natu_columns_qos,
	&natu_columns_options,	  &natu_columns_netns,
	&natu_columns_packet,	  &natu_columns_netlink,
	&natu_columns_mptcp,	  &natu_columns_sctp,
	&natu_columns_rare,	  NULL,
};
