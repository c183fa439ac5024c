/* SPDX-License-Identifier: MIT */
#include "netstat/netstat.h"

#include "cli.h"
#include "netstat/listing.h"
#include "netstat/request.h"
#include "netstat/statistics.h"

#include <stdio.h>
#include <unistd.h>

#include <natu/natu.h>

static int list_with(const struct netstat_request *request, struct netstat_rows *rows,
		     struct natu_error *error)
{
	struct natu *natu = natu_open(&(struct natu_setup){ 0 }, error);
	int status;

	if (!natu)
		return -1;
	status = netstat_list(natu, rows);
	while (request->continuous && status == NETSTAT_OK) {
		sleep(1);
		status = netstat_list(natu, rows);
	}
	natu_close(natu);
	return status;
}

static int list(const struct netstat_request *request)
{
	struct netstat_rows rows;
	struct natu_error error;
	int status = netstat_rows_new(&rows, request, &error);

	if (!status)
		status = list_with(request, &rows, &error);
	netstat_rows_free(&rows);
	if (status >= 0)
		return status;
	complain("%s", error.text);
	return NETSTAT_BROKEN;
}

int netstat_run(int argc, char **argv)
{
	struct netstat_request request;
	int status = netstat_options_parse(argc, argv, &request);

	if (status != NETSTAT_OK || request.done)
		return status;
	/* Beside statistics netstat forgets groups; no other mode can be there, too. */
	if (request.statistics)
		return netstat_statistics(&request);
	if (request.elsewhere) {
		fprintf(stderr, "netstat: that is not about sockets: use %s\n",
			request.elsewhere);
		return NETSTAT_NO_SUPPORT;
	}
	return list(&request);
}
