/* The floor for forwarding: a relay of UDP datagrams between pairs of ports with
 * epoll and nothing else. Bind N pairs on loopback, print their ports, then send
 * what comes to one port of a pair from the other, to the address that the other
 * heard last. At end of input it prints the CPU time it used, in microseconds,
 * and the datagrams it passed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct end {
	int fd;
	struct sockaddr_in far;
	int known;
};

static void die(const char *what) {
	perror(what);
	exit(1);
}

static double cpu(void) {
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

int main(int argc, char **argv) {
	int n = 2 * (argc > 1 ? atoi(argv[1]) : 1);
	struct end *ends = calloc(n, sizeof *ends);
	int ep = epoll_create1(0);
	for (int i = 0; i < n; i++) {
		struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		socklen_t len = sizeof a;
		ends[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		if (ends[i].fd < 0 || bind(ends[i].fd, (struct sockaddr *)&a, len) < 0) die("bind");
		getsockname(ends[i].fd, (struct sockaddr *)&a, &len);
		printf("%d\n", ntohs(a.sin_port));
		struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
		if (epoll_ctl(ep, EPOLL_CTL_ADD, ends[i].fd, &e) < 0) die("epoll_ctl");
	}
	struct epoll_event in = {.events = EPOLLIN | EPOLLHUP, .data.u32 = n};
	if (epoll_ctl(ep, EPOLL_CTL_ADD, 0, &in) < 0) die("epoll_ctl");
	fflush(stdout);
	double began = cpu();
	long passed = 0;
	for (;;) {
		struct epoll_event evs[64];
		int k = epoll_wait(ep, evs, 64, -1);
		for (int j = 0; j < k; j++) {
			unsigned i = evs[j].data.u32;
			if (i == (unsigned)n) {
				printf("%.0f %ld\n", cpu() - began, passed);
				return 0;
			}
			struct end *from = &ends[i], *to = &ends[i ^ 1];
			char b[2048];
			struct sockaddr_in a;
			socklen_t len = sizeof a;
			ssize_t size = recvfrom(from->fd, b, sizeof b, 0, (struct sockaddr *)&a, &len);
			if (size < 0) continue;
			from->far = a;
			from->known = 1;
			if (to->known && sendto(to->fd, b, size, MSG_DONTWAIT, (struct sockaddr *)&to->far, sizeof to->far) >= 0) passed++;
		}
	}
}
