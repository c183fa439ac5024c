/* SPDX-License-Identifier: MIT */
#include "filter/ephemeral.h"

#include <stdio.h>
#include <stdlib.h>

#define RANGE_FILE "/proc/sys/net/ipv4/ip_local_port_range"

/* Documentation/networking/ip-sysctl.rst: ip_local_port_range */
#define DEFAULT_LOW 32768
#define DEFAULT_HIGH 60999

struct natu_range natu_ephemeral_ports(void)
{
	unsigned long low = 0, high = 0;
	FILE *file = fopen(RANGE_FILE, "re");
	char text[64] = "", *end = text;

	if (file && fgets(text, sizeof(text), file)) {
		low = strtoul(text, &end, 10);
		high = strtoul(end, &end, 10);
	}
	if (file)
		fclose(file);
	if (low < 1 || low > high || high > UINT16_MAX)
		return (struct natu_range){ DEFAULT_LOW, DEFAULT_HIGH };
	return (struct natu_range){ low, high };
}
