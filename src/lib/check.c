/* SPDX-License-Identifier: MIT */
#include <natu/natu.h>

#include "context.h"
#include "filter/literal.h"
#include "interface.h"

#include <string.h>

/* The nearest name of an interface, as far as this process sees them. */
static struct natu_hint nearest_interface(const struct natu *natu, const char *name)
{
	struct if_nameindex *interfaces = natu->setup.netns ? NULL : if_nameindex();
	struct natu_nearest nearest;

	natu_nearest_start(&nearest, name, strlen(name));
	for (struct if_nameindex *one = interfaces; one && one->if_name; one++)
		natu_nearest_consider(&nearest, one->if_name);
	if (interfaces)
		if_freenameindex(interfaces);
	return natu_hint(&nearest);
}

int natu_filter_check(const struct natu_filter *filter, const struct natu *natu,
		      struct natu_error *error)
{
	const struct natu_named_interface *named = filter->first_interface;
	char first[IF_NAMESIZE] = "";

	if (named && natu->recording) {
		natu_mistake(error, named->position, named->extent,
			     "a recording does not tell the names of interfaces, such as "
			     "%s: expected an index",
			     named->name);
		return -1;
	}

	/* Each namespace has others. */
	for (; named && !natu->setup.all_netns; named = named->next) {
		switch (natu_interface_name_kind(natu->interfaces, named->name, first)) {
		case NATU_INTERFACE_NONE:
			natu_mistake(error, named->position, named->extent,
				     "there is no interface %s: expected one that is "
				     "there, its index, or a name in quotes%s",
				     named->name,
				     nearest_interface(natu, named->name).text);
			return -1;
		case NATU_INTERFACE_OTHER:
			natu_mistake(error, named->position, named->extent,
				     "sockets are not listed by the name %s; did you "
				     "mean %s?",
				     named->name, first);
			return -1;
		default:
			break;
		}
	}
	return 0;
}
