/* SPDX-License-Identifier: MIT */
#include "netstat/netstat.h"

#include "cli.h"
#include "netstat/listing.h"
#include "netstat/request.h"
#include "netstat/statistics.h"

#include <stdio.h>
#include <unistd.h>

#include <natu/natu.h>

static int list(const struct netstat_request *request)
{
	struct natu_error error;
	struct natu *natu = natu_open(&(struct natu_setup){ 0 }, &error);
	int status;

	if (!natu) {
		complain("%s", error.text);
		return NETSTAT_BROKEN;
	}
	status = netstat_list(natu, request);
	while (request->continuous && status == NETSTAT_OK) {
		sleep(1);
		status = netstat_list(natu, request);
	}
	natu_close(natu);
	return status;
}

int netstat_run(int argc, char **argv)
{
	struct netstat_request request;
	int status = netstat_options_parse(argc, argv, &request);

	if (status != NETSTAT_OK || request.done)
		return status;
	if (request.elsewhere) {
		fprintf(stderr, "netstat: that is not about sockets: use %s\n",
			request.elsewhere);
		return NETSTAT_NO_SUPPORT;
	}
	return request.statistics ? netstat_statistics(&request) : list(&request);
}
