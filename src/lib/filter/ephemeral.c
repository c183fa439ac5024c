/* SPDX-License-Identifier: MIT */
#include "filter/ephemeral.h"

#include <stdio.h>

#define RANGE_FILE "/proc/sys/net/ipv4/ip_local_port_range"

/* Documentation/networking/ip-sysctl.rst: ip_local_port_range */
#define DEFAULT_LOW 32768
#define DEFAULT_HIGH 60999

struct natu_range natu_ephemeral_ports(void)
{
	unsigned int low = 0, high = 0;
	FILE *file = fopen(RANGE_FILE, "re");
	int found = file ? fscanf(file, "%5u %5u", &low, &high) : 0;

	if (file)
		fclose(file);
	if (found != 2 || low < 1 || low > high || high > UINT16_MAX)
		return (struct natu_range){ DEFAULT_LOW, DEFAULT_HIGH };
	return (struct natu_range){ low, high };
}
