/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "filter/field.h"
#include "filter/tree.h"
#include "test.h"

#include <natu/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a text is understood as, in memory that the caller frees; NULL with *error
 * filled. */
static char *understood(const char *text, struct natu_error *error)
{
	struct natu_filter *filter = natu_filter_new();
	struct natu_buffer buffer = { 0 };

	if (!natu_filter_parse(filter, text, error)) {
		natu_filter_explain(filter, &buffer);
		natu_buffer_add(&buffer, "", 1);
	}
	natu_filter_free(filter);
	return buffer.data;
}

static void check(const char *text, const char *meaning)
{
	struct natu_error error = { 0 };
	char *is = understood(text, &error);

	if (!is || strcmp(is, meaning) != 0)
		printf("%s\n\tis  %s\n\tnot %s\n", text, is ? is : error.text, meaning);
	CU_ASSERT_PTR_NOT_NULL(is);
	if (is)
		CU_ASSERT_STRING_EQUAL(is, meaning);
	free(is);
}

/* ss's ends of sockets that are not of the internet. */
#define SCTP_STATES                                                 \
	"COOKIE_WAIT,COOKIE_ECHOED,SHUTDOWN_PENDING,SHUTDOWN_SENT," \
	"SHUTDOWN_RECEIVED,SHUTDOWN_ACK_SENT"

TEST(ends_of_other_families)
{
	check("src link:eth0", "interface = \"eth0\" and family = \"packet\"");
	check("src link:arp", "packet.protocol = 0x806 and family = \"packet\"");
	check("src LINK:[2054]:lo",
	      "packet.protocol = 0x806 and interface = \"lo\" and family = \"packet\"");
	check("src link:*:eth0", "interface = \"eth0\" and family = \"packet\"");
	check("src link:*", "family = \"packet\"");
	check("src != link:ip:", "not (packet.protocol = 0x800 and family = \"packet\")");
	check("src link:arp,link:ip",
	      "packet.protocol = 0x806 and family = \"packet\" or "
	      "packet.protocol = 0x800 and family = \"packet\"");
	check("src netlink:rtnl:kernel",
	      "netlink.protocol = \"route\" and netlink.portid = 0");
	check("src netlink:16:*", "netlink.protocol_number = 16");
	check("dst netlink:route:7",
	      "netlink.protocol = \"route\" and netlink.peer_portid = 7");
	check("dst netlink:*:*", "family = \"netlink\"");
	check("src vsock:2:1024", "vsock.cid = 2 and vsock.port = 1024");
	check("dst vsock::1024", "vsock.peer_port = 1024");
}

/* Between two numbers that are written there are others: none of them is meant. */
TEST(sides_of_real_numbers)
{
	static const char *const texts[] = {
		"tcp.retransmit_percent > 1.5",	    "tcp.retransmit_percent >= 1.5",
		"tcp.retransmit_percent < 0.1",	    "tcp.retransmit_percent <= 0.1",
		"tcp.retransmit_percent = 3-7.25",  "tcp.retransmit_percent > 0",
		"tcp.retransmit_percent < 99.9999",
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		check(texts[i], texts[i]);
}

/* What people paste from ss, and what it means. */
TEST(words_of_ss)
{
	check("state established ( dport = :443 or sport = :ssh )",
	      "state = ESTABLISHED and (peer.port = 443 or local.port = 22)");
	check("dst 10.0.0.0/8", "peer.address = 10.0.0.0/8");
	check("dst = 10.0.0.1:443", "peer.address = 10.0.0.1 and peer.port = 443");
	check("src [::1]:22", "local.address = ::1 and local.port = 22");
	check("dst [2001:db8::/32]:443",
	      "peer.address = 2001:db8::/32 and peer.port = 443");
	check("dst inet:10.0.0.1", "peer.address = 10.0.0.1 and family = \"ipv4\"");
	check("dst inet6:[::1]", "peer.address = ::1 and family = \"ipv6\"");
	check("src unix:/run/*", "local.path = /run/*");
	check("dst 'unix:/run/a b'", "peer.path = \"/run/a b\"");
	check("addr unix:/tmp/x", "local.path = \"/tmp/x\" or peer.path = \"/tmp/x\"");
	check("src != unix:/a,::1", "not (local.address = ::1 or local.path = \"/a\")");
	check("src unix:*", "family = \"unix\"");
	check("src /run/a:b", "local.path = \"/run/a:b\"");
	check("dst @x*", "peer.path = @x*");
	check("src */x,10.0.0.0/8", "local.address = 10.0.0.0/8 or local.path = */x");
	check("/run/*", "local.path = /run/* or peer.path = /run/*");
	check("dst inet::443", "peer.port = 443 and family = \"ipv4\"");
	check("fwmark = 0x1/0xff", "mark = 0x1/0xff");
	check("fwmark != 0x10", "not mark = 0x10");
	check("fwmark 5/0xff,6", "mark = 0x5/0xff or mark = 0x6");
	check("dst *:443", "peer.port = 443");
	check("dst :443", "peer.port = 443");
	check("dst 10/8", "peer.address = 10.0.0.0/8");
	check("exclude listening",
	      "state = ESTABLISHED,SYN_SENT,SYN_RECV,FIN_WAIT1,FIN_WAIT2,TIME_WAIT,CLOSE,"
	      "CLOSE_WAIT,LAST_ACK,CLOSING,CONNECTING,DISCONNECTING,PARTOPEN," SCTP_STATES);
	check("excl big", "state = SYN_RECV,TIME_WAIT");
	check("state established state time-wait dport 22",
	      "state = ESTABLISHED,TIME_WAIT and peer.port = 22");
	check("state connected exclude established exclude bucket",
	      "state = SYN_SENT,FIN_WAIT1,FIN_WAIT2,CLOSE_WAIT,LAST_ACK,CLOSING,CONNECTING,"
	      "DISCONNECTING,PARTOPEN," SCTP_STATES);
	check("dport eq :22 and sport neq 5", "peer.port = 22 and not local.port = 5");
	check("dport ne 22", "not peer.port = 22");
	check("sport lt 1024", "local.port <= 1023");
	check("sport le 1024 sport leq 1023",
	      "local.port <= 1024 and local.port <= 1023");
	check("sport gt 1024", "local.port >= 1025");
	check("sport ge 1024 sport geq 9", "local.port >= 1024 and local.port >= 9");
	check("dev lo", "interface = \"lo\"");
	check("dev != 3", "not interface = 3");
	check("sport = 1 && dport = 2 || ! sport = 3",
	      "local.port = 1 and peer.port = 2 or not local.port = 3");
	check("sport = 1 & dport = 2 | not sport = 3",
	      "local.port = 1 and peer.port = 2 or not local.port = 3");
}

/* Where ss is wrong: precedence, bare IPv6, prefixes behind the brackets, lists,
 * blanks. */
TEST(where_ss_is_wrong)
{
	check("sport = 80 or sport = 8080 and dst 127.0.0.1",
	      "local.port = 80 or local.port = 8080 and peer.address = 127.0.0.1");
	check("dst ::1", "peer.address = ::1");
	check("dst [2001:db8::]/32", "peer.address = 2001:db8::/32");
	check("src fe80::1%lo", "local.address = fe80::1 and interface = \"lo\"");
	check("src [fe80::1%lo]:22",
	      "local.address = fe80::1 and local.port = 22 and interface = \"lo\"");
	check("sport = 22,80", "local.port = 22,80");
	check("sport = 80-90", "local.port = 80-90");
	check("dport>=1024", "peer.port >= 1024");
	check("(sport=22)", "local.port = 22");
	check("!(sport=22)and(dport=3)", "not local.port = 22 and peer.port = 3");
}

TEST(ends)
{
	check(":443", "local.port = 443 or peer.port = 443");
	check(":22,:80", "local.port = 22,80 or peer.port = 22,80");
	check("::1", "local.address = ::1 or peer.address = ::1");
	check("10.0.0.0/8", "local.address = 10.0.0.0/8 or peer.address = 10.0.0.0/8");
	check("[::1]:22", "local.address = ::1 and local.port = 22 or "
			  "peer.address = ::1 and peer.port = 22");
	check("dst 10.0.0.1,10.0.0.2:22",
	      "peer.address = 10.0.0.1 or peer.address = 10.0.0.2 and peer.port = 22");
	check("dst 10.0.0.1,:22,::1,:80-90,10.0.0.2:23",
	      "peer.address = 10.0.0.1,::1 or peer.port = 22,80-90 or "
	      "peer.address = 10.0.0.2 and peer.port = 23");
	check("dst 10.1.2.3/8", "peer.address = 10.0.0.0/8");
	check("dst ::ffff:10.0.0.1", "peer.address = ::ffff:10.0.0.1");
	check("dst 0.0.0.0/0", "peer.address = 0.0.0.0/0");
	check("dst *", "peer.address = 0.0.0.0,::");
	check("dst *:*", "peer.address = 0.0.0.0,:: and peer.port = *");
	check("dst 0.0.0.0:*", "peer.address = 0.0.0.0");
	check("dport = *", "peer.port = *");
	check("dport != *,22", "not peer.port = 22,*");
	check("dst != ::1", "not peer.address = ::1");
	check("port != 22", "not (local.port = 22 or peer.port = 22)");
	check("dst 10.0.0.1:8000-8999",
	      "peer.address = 10.0.0.1 and peer.port = 8000-8999");
	check("local 127.0.0.1 peer = :22",
	      "local.address = 127.0.0.1 and peer.port = 22");
}

/* All from one address to another, and the interface that ss prints behind an address. */
TEST(ranges_and_interfaces)
{
	check("src 10.0.0.1-10.0.0.4", "local.address = 10.0.0.1,10.0.0.2/31,10.0.0.4");
	check("src 10.0.0.0-10.0.0.255:80-90",
	      "local.address = 10.0.0.0/24 and local.port = 80-90");
	check("src ::1-::4", "local.address = ::1,::2/127,::4");
	check("src [::1-::1]:22", "local.address = ::1 and local.port = 22");
	check("src [::1]-[::1]:22", "local.address = ::1 and local.port = 22");
	check("src fe80::1-fe80::1%lo", "local.address = fe80::1 and interface = \"lo\"");
	check("src inet:10.0.0.1-10.0.0.1,::1",
	      "local.address = ::1 or local.address = 10.0.0.1 and family = \"ipv4\"");
	check("10.0.0.1-10.0.0.1", "local.address = 10.0.0.1 or peer.address = 10.0.0.1");
	check("src [fe80::1]%lo:22",
	      "local.address = fe80::1 and local.port = 22 and interface = \"lo\"");
	check("src [fe80::1]%lo/64", "local.address = fe80::/64 and interface = \"lo\"");
	check("src fe80::1%lo/64", "local.address = fe80::/64 and interface = \"lo\"");
	check("src 127.0.0.1%lo:22",
	      "local.address = 127.0.0.1 and local.port = 22 and interface = \"lo\"");
	check("src *%lo:22", "local.port = 22 and interface = \"lo\"");
	check("src 0.0.0.0%lo:*", "local.address = 0.0.0.0 and interface = \"lo\"");
	check("src '::1%gone'", "local.address = ::1 and interface = \"gone\"");
	check("src ::1%5", "local.address = ::1 and interface = 5");
	check("dev = if5,'gone',l?", "interface = \"if5\",\"gone\",l?");
}

TEST(numbers)
{
	check("sport < 1 and sport <= 1", "local.port <= 0 and local.port <= 1");
	check("recv_q > 64K", "recv_q >= 65537");
	check("recv_q > 64KiB", "recv_q >= 65537");
	check("recv_q < 1.5k", "recv_q <= 1535");
	check("recv_q = 1M", "recv_q = 1048576");
	check("recv_q = 2G", "recv_q = 2147483648");
	check("recv_q = 10-20,15-30,31,5", "recv_q = 5,10-31");
	check("recv_q = 0x10", "recv_q = 16");
	check("recv_q >= 0", "recv_q >= 0");
	check("recv_q < 0", "recv_q < 0");
	check("recv_q > 18446744073709551615", "recv_q < 0");
	check("timer.expires_ms > 2h", "timer.expires_ms >= 7200001");
	check("timer.expires_ms <= 1.5s", "timer.expires_ms <= 1500");
	check("timer.expires_ms < 500us", "timer.expires_ms = 0");
	check("timer.expires_ms > 500us", "timer.expires_ms >= 1");
	check("timer.expires_ms = 1d", "timer.expires_ms = 86400000");
	check("tcp.rtt_us > 50ms", "tcp.rtt_us >= 50001");
	check("rtt > 50", "tcp.rtt_us >= 51");
	check("rtt = 1ms-2ms", "tcp.rtt_us = 1000-2000");
	check("rtt > 1ns", "tcp.rtt_us >= 1");
	check("cookie = 0x1f2874", "cookie = 0x1f2874");
	check("uid >= 1000 uid < 2000", "uid >= 1000 and uid <= 1999");
	check("local.mapped", "local.mapped = yes");
	check("not local.mapped and uid = 0", "not local.mapped = yes and uid = 0");
	check("local.mapped = no", "local.mapped = no");
	check("local.mapped false", "local.mapped = no");
}

TEST(texts)
{
	check("proto = TCP", "proto = \"tcp\"");
	check("proto = tcp*,udp", "proto = tcp*,\"udp\"");
	check("proto = 'tcp*'", "proto = \"tcp*\"");
	check("proto = 'unix',un*", "proto = \"unix\",un*");
	check("timer.kind = KeepAlive", "timer.kind = \"keepalive\"");
	check("dev = \"a b\\x41\\n\\\"\"", "interface = \"a bA\\n\\\"\"");
	check("dev = 'a\\b'", "interface = \"a\\\\b\"");
	check("dev = a\\ b*,\\u00e9*", "interface = a\\ b*,\xc3\xa9*");
	check("dev ~ '^et(h|x)'", "interface ~ \"^et(h|x)\"");
	check("(dev ~ ^et(h|x) or dev =~ [0-9]{2,3})",
	      "interface ~ \"^et(h|x)\" or interface ~ \"[0-9]{2,3}\"");
	check("dev !~ ^et", "not interface ~ \"^et\"");
	check("dev ~ a+b+c+d+e+f+g+h+i+j+k+l+m+n+",
	      "interface ~ \"a+b+c+d+e+f+g+h+i+j+k+l+m+n+\"");
	check("dev ~ ([]+]+|[^]+(]\\++)+(x{3,9}y?)*",
	      "interface ~ \"([]+]+|[^]+(]\\\\++)+(x{3,9}y?)*\"");
	check("process.name = \"=a\",\\=b*", "process.name = \"=a\",\\=b*");
	check("process.name ~ =a", "process.name ~ \"=a\"");
	check("dev != lo,'eth1',if7", "not interface = \"lo\",\"eth1\",\"if7\"");
	check("dev = 'and'", "interface = \"and\"");
}

TEST(not_and_or)
{
	check("uid = 1 or uid = 2 and uid = 3 or uid = 4",
	      "uid = 1 or uid = 2 and uid = 3 or uid = 4");
	check("(uid = 1 or uid = 2) and uid = 3", "(uid = 1 or uid = 2) and uid = 3");
	check("not uid = 1 and uid = 2", "not uid = 1 and uid = 2");
	check("not (uid = 1 and uid = 2)", "not (uid = 1 and uid = 2)");
	check("not not uid = 1", "not not uid = 1");
	check("NOT uid = 1 AND uid = 2 OR uid = 3", "not uid = 1 and uid = 2 or uid = 3");
	check("has uid and not has tcp.rtt_us", "has uid and not has tcp.rtt_us");
	check("has port", "has local.port or has peer.port");
	check("", "");
	check("  \t\n ", "");
	check("((((uid=1))))", "uid = 1");
}

/* A mistake is told with its place and with what was expected there. */
TEST(mistakes)
{
	static const struct {
		const char *text;
		unsigned int position, length;
		const char *says;
	} cases[] = {
		{ "dprot = 5", 0, 5, "did you mean dport?" },
		{ "uid = 5 and rvcq > 5", 12, 4, "unknown column rvcq" },
		{ "uid = 5 and recvq > 5", 12, 5, "did you mean recv_q?" },
		{ "state nope", 6, 4, "unknown state nope" },
		{ "state listne", 6, 6, "did you mean LISTEN?" },
		{ "state = listen,establshed", 15, 10, "did you mean ESTABLISHED?" },
		{ "established", 0, 11, "did you mean state established?" },
		{ "dport", 5, 1, "expected = or another comparison at the end" },
		{ "dport =", 7, 1, "expected a port at the end" },
		{ "dport = and uid = 1", 8, 3, "expected a port, not and" },
		{ "dst and uid = 1", 4, 3, "not and" },
		{ "dport = 22,", 11, 1, "expected a port at the end" },
		{ "dport = ,22", 8, 1, "expected a port, not ," },
		{ "dport = 22,,23", 11, 1, "expected a port, not ," },
		{ "dport = 70000", 8, 5, "70000 is not a port" },
		{ "dport = 99999999999999999999", 8, 20, "is not a port" },
		{ "dport = 90-80", 8, 5, "expected 80-90" },
		{ "dport = 0", 8, 1, "is written *" },
		{ "dport = shs", 8, 3, "did you mean ssh?" },
		{ "dport < *", 8, 1, "expected one port" },
		{ "dport < 1,2", 10, 1, "only = and != take a list" },
		{ "dport = 22 23", 11, 2, "a port alone is :23" },
		{ "( uid = 1", 0, 1, "never closed" },
		{ "uid = 1 )", 8, 1, "never opened" },
		{ "()", 1, 1, "expected a column" },
		{ "uid = 1 or", 10, 1, "expected a column at the end" },
		{ "or uid = 1", 0, 2, "expected a column, not or" },
		{ "not", 3, 1, "expected a column at the end" },
		{ "has", 3, 1, "expected a column at the end" },
		{ "has prot", 4, 4, "did you mean proto?" },
		{ "dst 10.0.0.0/33", 13, 2, "an IPv4 address has /0 to /32" },
		{ "dst ::1/129", 8, 3, "an IPv6 address has /0 to /128" },
		{ "dst 10.0.0.0/", 4, 8, "an IPv4 address has /0 to /32" },
		{ "dst 10.0.0.256", 4, 10, "is no address" },
		{ "dst 10.0.0.1%", 12, 1, "the name of an interface after the %" },
		{ "dst [::1", 4, 4, "] is missing" },
		{ "dst [::1]x", 9, 1, "expected :PORT" },
		{ "dst 10.0.0.1:", 12, 1, "a port is missing" },
		{ "dst 443", 4, 3, "the port is written :443" },
		{ "dst localhost/8", 14, 1, "only an address has a prefix" },
		{ "dst > 10.0.0.1", 6, 8, "has no order" },
		{ "state > listen", 8, 6, "has no order" },
		{ "recv_q = 5x", 9, 2, "a number of bytes such as 64K" },
		{ "recv_q = 5ms", 9, 3, "a number of bytes such as 64K" },
		{ "rtt = 5K", 6, 2, "a time such as 50ms" },
		{ "rtt = 0.5us", 6, 5, "between two values" },
		{ "recv_q > 18446744073709551616", 9, 20, "too big" },
		{ "recv_q > 99999999999999G", 9, 15, "too big" },
		{ "recv_q = 9-5", 9, 3, "upside down" },
		{ "recv_q ~ 5", 9, 1, "a regular expression cannot match it" },
		{ "local.mapped = maybe", 15, 5, "expected yes or no" },
		{ "dev = lo,0", 9, 1, "0 is no interface" },
		{ "dev ~ '('", 6, 3, "not a regular expression" },
		{ "dev ~ a{100}{100}", 6, 11, "too big" },
		{ "dev ~ ((a{9}){19}|b){19}", 6, 18, "too big" },
		{ "dev ~ [a]+++++++++++", 6, 14, "too big" },
		{ "dev ~ (((((((((((a+)+)+)+)+)+)+)+)+)+)+)+", 6, 35, "too big" },
		{ "dev = \"lo", 6, 3, "the closing \" is missing" },
		{ "sport:22", 5, 1, "expected = after sport" },
		{ "sport => 22", 6, 2, "did you mean >=?" },
		{ "sport =! 22", 6, 2, "did you mean !=?" },
		{ "sport === 22", 6, 3, "=== is no comparison" },
		{ "dev ~= lo", 4, 2, "did you mean =~?" },
		{ "sport = = 22", 8, 1, "expected a port, not =" },
		{ "sport ! = 22", 6, 1, "expected = or another comparison, not !" },
		{ "sport !22", 6, 1, "expected = or another comparison, not !" },
		{ "dev = !lo", 6, 1, "expected an interface, not !" },
		{ "sport = 22 - 80", 11, 1, "has no blanks around its -" },
		{ "recv_q > 64 K", 12, 1, "a unit has no blank before it" },
		{ "rtt > 5 and ms", 12, 2, "unknown column ms" },
		{ "http", 0, 4, "did you mean :http?" },
		{ "http = 5", 0, 4, "unknown column http" },
		{ "uid = 1 'uid'", 8, 5, "has no quotes" },
		{ "dst 10.0.0.9-10.0.0.1", 4, 17, "expected 10.0.0.1-10.0.0.9" },
		{ "dst 10.0.0.1-", 13, 1, "a range ends with an IPv4 address" },
		{ "dst 10.0.0.1-9", 13, 1, "a range ends with an IPv4 address" },
		{ "dst 10.0.0.1-::1", 13, 3, "a range ends with an IPv4 address" },
		{ "dst ::1-10.0.0.1", 8, 8, "a range ends with an IPv6 address" },
		{ "dst 10.0.0.1-10.0.0.9/8", 22, 1, "has no prefix" },
		{ "dst [::1]-::9", 9, 4, "expected -[ADDRESS]" },
		{ "proto = tpc", 8, 3, "did you mean tcp?" },
		{ "proto != tcp,ipip", 13, 4, "expected one of tcp, tcp6, sctp," },
		{ "family = inet6", 9, 5, "expected one of ipv4, ipv6" },
		{ "timer.kind = timewiat", 13, 8, "did you mean timewait?" },
		{ "src [fe80::1]%:22", 13, 1, "an interface after the %" },
		{ "dst unix:", 4, 5, "expected a path" },
		{ "dst link:lo", 4, 7, "a packet socket has no remote end" },
		{ "src link:", 4, 5, "expected PROTOCOL, PROTOCOL:INTERFACE or an" },
		{ "src netlink:generik", 12, 7, "did you mean generic?" },
		{ "src netlink:route:x", 18, 1, "netlink.portid expects a number" },
		{ "src netlink:1::2", 14, 2, "netlink.portid expects a number" },
		{ "dst vsock:2:-1", 12, 2, "vsock.peer_port" },
		{ "dst inet:", 9, 1, "an address is missing" },
		{ "/8", 0, 1, "an address is missing" },
		{ "\"uid\" = 1", 0, 5, "has no quotes" },
		{ "uid = 1; uid = 2", 6, 2, "uid expects a number" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct natu_error error = { 0 };
		char *is = understood(cases[i].text, &error);

		if (is || error.position != cases[i].position ||
		    error.length != cases[i].length || !strstr(error.text, cases[i].says))
			printf("%s: %s at %u+%u\n", cases[i].text, is ? is : error.text,
			       error.position, error.length);
		CU_ASSERT_PTR_NULL(is);
		CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
		CU_ASSERT_EQUAL(error.position, cases[i].position);
		CU_ASSERT_EQUAL(error.length, cases[i].length);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.text, cases[i].says));
		free(is);
	}
}

/* An error is one line and harmless, whatever was typed. */
TEST(mistakes_are_one_line)
{
	struct natu_error error;

	CU_ASSERT_PTR_NULL(understood("st\x1b[31mate = 1", &error));
	CU_ASSERT_PTR_NULL(strchr(error.text, 0x1b));
	CU_ASSERT_PTR_NULL(understood("dev = a uid = 'x\ny'", &error));
	CU_ASSERT_PTR_NULL(strchr(error.text, '\n'));
}

TEST(nesting_is_bounded)
{
	struct natu_error error;
	char text[4001];
	char *is;

	memset(text, '(', 4000);
	text[4000] = '\0';
	CU_ASSERT_PTR_NULL(understood(text, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nested"));
	memset(text, '!', 4000);
	CU_ASSERT_PTR_NULL(understood(text, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nested"));
	memset(text, '(', 90);
	memset(text + 97, ')', 90);
	memcpy(text + 90, "uid = 1", 7);
	text[187] = '\0';
	is = understood(text, &error);
	CU_ASSERT_PTR_NOT_NULL(is);
	free(is);
}

/* ss's states, as the text of a file: with comments, over several lines. */
TEST(files)
{
	static const char text[] =
		"# what is of interest\nstate established # and no other\n"
		"sport = 22\n\tor dport=22 #";
	char path[] = "/tmp/natu-filter-XXXXXX";
	struct natu_filter *filter = natu_filter_new();
	struct natu_buffer buffer = { 0 };
	struct natu_error error;
	int file = mkstemp(path);

	CU_ASSERT_EQUAL_FATAL(write(file, text, strlen(text)), (ssize_t)strlen(text));
	CU_ASSERT_EQUAL(natu_filter_read(filter, path, &error), 0);
	natu_filter_explain(filter, &buffer);
	natu_buffer_add(&buffer, "", 1);
	CU_ASSERT_STRING_EQUAL(
		buffer.data, "state = ESTABLISHED and local.port = 22 or peer.port = 22");

	/* A mistake tells its line. */
	CU_ASSERT_EQUAL(pwrite(file, "\nsprot = 1", 10, (off_t)strlen(text)), 10);
	CU_ASSERT_EQUAL(natu_filter_read(filter, path, &error), -1);
	CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "line 5, column 1: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "did you mean sport?"));

	/* A NUL byte would hide what is behind it. */
	CU_ASSERT_EQUAL(pwrite(file, "", 1, 3), 1);
	CU_ASSERT_EQUAL(natu_filter_read(filter, path, &error), -1);
	CU_ASSERT_EQUAL(error.code, NATU_EUSAGE);
	unlink(path);
	CU_ASSERT_EQUAL(natu_filter_read(filter, path, &error), -1);
	CU_ASSERT_EQUAL(error.code, NATU_ESYS);
	close(file);
	natu_buffer_free(&buffer);
	natu_filter_free(filter);
}

static bool is_word_of_the_filter(const char *word)
{
	static const char *const keywords[] = { "and",	   "or",   "not",      "has",
						"exclude", "excl", "autobound" };
	struct natu_field field;

	for (size_t i = 0; i < COUNT(keywords); i++)
		if (!strcmp(word, keywords[i]))
			return true;
	return natu_field_find(&field, word, strlen(word));
}

/* The first argument can be a command: no filter may begin with the name of one. */
TEST(commands_are_no_words_of_the_filter)
{
	for (size_t i = 0; commands[i].name; i++)
		CU_ASSERT_FALSE(is_word_of_the_filter(commands[i].name));
	CU_ASSERT_TRUE(is_word_of_the_filter("sport"));
}

/* An alias hides no column, and every alias is one that a filter takes. */
TEST(aliases)
{
	for (size_t i = 0; natu_alias_at(i); i++) {
		struct natu_field field;
		const char *alias = natu_alias_at(i);

		CU_ASSERT_PTR_NULL(natu_column_find(alias));
		CU_ASSERT_TRUE(natu_field_find(&field, alias, strlen(alias)) ||
			       natu_field_missing(alias, strlen(alias)));
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_STRING_NOT_EQUAL(alias, natu_alias_at(j));
	}
}
