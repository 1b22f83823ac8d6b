/* SPDX-License-Identifier: MIT */
/*
 * submit_process.h - two processes that share fences: pass a file descriptor, take turns.
 */
#ifndef SUBMIT_PROCESS_H
#define SUBMIT_PROCESS_H

/**
 * submit_send_fd() - send a file descriptor over a Unix stream socket.
 */
void submit_send_fd(int sock, int fd);

/**
 * submit_receive_fd() - receive one.
 *
 * Return: the descriptor. Fails the test when the other end is gone.
 */
int submit_receive_fd(int sock);

/**
 * submit_tell() / submit_await() - say and hear one step of a rendezvous over the socket.
 *
 * submit_await() fails the test when the other end is gone.
 */
void submit_tell(int sock);
void submit_await(int sock);

#endif /* SUBMIT_PROCESS_H */
