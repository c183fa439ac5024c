/* SPDX-License-Identifier: MIT */
#include <natu/natu.h>

#include "context.h"
#include "filter/literal.h"
#include "interface.h"
#include "user.h"

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

static bool check_user(const struct natu_named *named, struct natu_error *error)
{
	bool is_number = !named->name[strspn(named->name, "0123456789")];

	if (natu_user_exists(named->name))
		return true;
	return natu_mistake(
		error, named->position, named->extent,
		is_number ? "there is no user by the name %s; is uid = %s meant?"
			  : "there is no user %s: expected one that is there, "
			    "or a name in quotes",
		named->name, named->name);
}

static bool check_interface(const struct natu *natu, const struct natu_named *named,
			    struct natu_error *error)
{
	char first[IF_NAMESIZE] = "";

	if (natu->recording)
		return natu_mistake(
			error, named->position, named->extent,
			"a recording does not tell the names of interfaces, such as "
			"%s: expected an index",
			named->name);
	/* Each namespace has others. */
	if (natu->setup.all_netns)
		return true;
	switch (natu_interface_name_kind(natu->interfaces, named->name, first)) {
	case NATU_INTERFACE_NONE:
		return natu_mistake(error, named->position, named->extent,
				    "there is no interface %s: expected one that is "
				    "there, its index, or a name in quotes%s",
				    named->name,
				    nearest_interface(natu, named->name).text);
	case NATU_INTERFACE_OTHER:
		return natu_mistake(error, named->position, named->extent,
				    "sockets are not listed by the name %s; did you "
				    "mean %s?",
				    named->name, first);
	default:
		return true;
	}
}

int natu_filter_check(const struct natu_filter *filter, const struct natu *natu,
		      struct natu_error *error)
{
	const struct natu_named *named = filter->first_named;

	for (; named; named = named->next)
		if (named->is_user ? !check_user(named, error)
				   : !check_interface(natu, named, error))
			return -1;
	return 0;
}
