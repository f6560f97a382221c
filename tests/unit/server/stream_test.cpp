// SPDX-License-Identifier: Apache-2.0
#include "server/stream.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "server/tls.h"
#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::server {
namespace {

using State = Stream::State;

class SocketPair {
 public:
  SocketPair() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets_.data()), 0);
  }
  ~SocketPair() {
    close_peer();
    ::close(sockets_[0]);
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;

  int ours() const { return sockets_[0]; }
  int peer() const { return sockets_[1]; }
  void close_peer() {
    if (sockets_[1] >= 0) {
      ::close(std::exchange(sockets_[1], -1));
    }
  }

 private:
  std::array<int, 2> sockets_{-1, -1};
};

std::string read_all(Stream& stream) {
  std::array<char, 64> buffer{};
  std::string text;
  for (;;) {
    const auto outcome = stream.read(buffer);
    if (outcome.state != State::Done) {
      return text;
    }
    text.append(buffer.data(), outcome.bytes);
  }
}

TEST(Stream, PassesPlainBytes) {
  SocketPair pair;
  Stream ours(pair.ours(), nullptr);
  Stream peer(pair.peer(), nullptr);
  EXPECT_EQ(ours.handshake(), State::Done);
  std::array<char, 8> buffer{};
  EXPECT_EQ(ours.read(buffer).state, State::WantRead);
  EXPECT_EQ(peer.write("hello").bytes, 5U);
  EXPECT_EQ(read_all(ours), "hello");
  pair.close_peer();
  EXPECT_EQ(ours.read(buffer).state, State::Closed);
  EXPECT_EQ(ours.write("x").state, State::Closed);  // and no signal
}

TEST(Stream, SaysWhenThePeerDoesNotRead) {
  SocketPair pair;
  Stream ours(pair.ours(), nullptr);
  const std::string much(1 << 16, 'x');
  auto outcome = ours.write(much);
  while (outcome.state == State::Done) {
    outcome = ours.write(much);
  }
  EXPECT_EQ(outcome.state, State::WantWrite);
}

class TlsStreamTest : public testing::Test {
 protected:
  TlsStreamTest() {
    sigset_t pipe;  // as Stream demands of who writes TLS
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    const auto signer = countersign::test::Signer::self_signed(countersign::test::tls_spec());
    const TlsMaterial material{.certificate = signer.chain_pem(),
                               .key = Secret(signer.key().pem())};
    auto pair = load_serving_pair(material, clock_);
    EXPECT_TRUE(pair.has_value());
    context_ = std::move(pair->context);
    client_context_.reset(SSL_CTX_new(TLS_client_method()));
    client_.reset(SSL_new(client_context_.get()));
    SSL_set_fd(client_.get(), pair_.peer());
  }

  // Both sides in turns.
  bool shake_hands(Stream& ours) {
    for (int round = 0; round < 10; ++round) {
      const bool connected = SSL_connect(client_.get()) == 1;
      if (ours.handshake() == State::Done && connected) {
        return true;
      }
    }
    return false;
  }

  const countersign::test::FixedClock clock_;
  SocketPair pair_;
  crypto::SslContextPtr context_;
  crypto::SslContextPtr client_context_;
  SslPtr client_;
};

TEST_F(TlsStreamTest, PassesBytesAndSaysGoodbye) {
  Stream ours(pair_.ours(), SslPtr(SSL_new(context_.get())));
  EXPECT_EQ(ours.handshake(), State::WantRead);
  ASSERT_TRUE(shake_hands(ours));
  ASSERT_EQ(SSL_write(client_.get(), "hello", 5), 5);
  EXPECT_EQ(read_all(ours), "hello");
  EXPECT_EQ(ours.write("bye").bytes, 3U);
  ours.say_goodbye();
  std::array<char, 8> buffer{};
  ASSERT_EQ(SSL_read(client_.get(), buffer.data(), buffer.size()), 3);
  EXPECT_EQ(SSL_read(client_.get(), buffer.data(), buffer.size()), 0);
  EXPECT_EQ(SSL_get_shutdown(client_.get()), SSL_RECEIVED_SHUTDOWN);
}

// The socket is empty then, and no wait for it would ever end.
TEST_F(TlsStreamTest, KnowsWhatItHoldsOfInput) {
  Stream ours(pair_.ours(), SslPtr(SSL_new(context_.get())));
  ASSERT_TRUE(shake_hands(ours));
  EXPECT_FALSE(ours.holds_input());
  ASSERT_EQ(SSL_write(client_.get(), "one", 3), 3);
  ASSERT_EQ(SSL_write(client_.get(), "two", 3), 3);
  EXPECT_FALSE(ours.holds_input());  // nothing was taken yet
  std::array<char, 2> few{};
  EXPECT_EQ(ours.read(few).bytes, 2U);
  EXPECT_TRUE(ours.holds_input());  // the rest of a record
  EXPECT_EQ(ours.read(few).bytes, 1U);
  EXPECT_TRUE(ours.holds_input());  // a whole one
  EXPECT_EQ(read_all(ours), "two");
  EXPECT_FALSE(ours.holds_input());
  EXPECT_FALSE(Stream(pair_.ours(), nullptr).holds_input());
}

TEST_F(TlsStreamTest, EndsAtThePeersGoodbye) {
  Stream ours(pair_.ours(), SslPtr(SSL_new(context_.get())));
  ASSERT_TRUE(shake_hands(ours));
  SSL_shutdown(client_.get());
  std::array<char, 8> buffer{};
  EXPECT_EQ(ours.read(buffer).state, State::Closed);
}

TEST_F(TlsStreamTest, RefusesWhatIsNotTls) {
  Stream ours(pair_.ours(), SslPtr(SSL_new(context_.get())));
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_EQ(::send(pair_.peer(), request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  EXPECT_EQ(ours.handshake(), State::Closed);
  ours.say_goodbye();  // does nothing after a fatal error
}

TEST_F(TlsStreamTest, DropsWithoutDecrypting) {
  Stream ours(pair_.ours(), SslPtr(SSL_new(context_.get())));
  ASSERT_TRUE(shake_hands(ours));
  ASSERT_EQ(SSL_write(client_.get(), "hello", 5), 5);
  std::array<char, 256> buffer{};
  const auto outcome = ours.discard(buffer);
  EXPECT_EQ(outcome.state, State::Done);
  EXPECT_GT(outcome.bytes, 5U);
  EXPECT_EQ(ours.discard(buffer).state, State::WantRead);
}

TEST_F(TlsStreamTest, SeesAPeerThatHasGoneAndLeavesWhatItSent) {
  Stream ours(pair_.ours(), SslPtr(SSL_new(context_.get())));
  ASSERT_TRUE(shake_hands(ours));
  EXPECT_EQ(ours.look(), State::WantRead);
  ASSERT_EQ(SSL_write(client_.get(), "more", 4), 4);
  EXPECT_EQ(ours.look(), State::Done);
  EXPECT_EQ(read_all(ours), "more");
  SSL_shutdown(client_.get());
  EXPECT_EQ(ours.look(), State::Closed);
}

TEST_F(TlsStreamTest, SeesAPeerThatIsCutOff) {
  Stream ours(pair_.ours(), SslPtr(SSL_new(context_.get())));
  ASSERT_TRUE(shake_hands(ours));
  pair_.close_peer();
  EXPECT_EQ(ours.look(), State::Closed);
}

TEST(Stream, LeavesAPlainPeerItsOtherHalf) {
  SocketPair pair;
  Stream ours(pair.ours(), nullptr);
  EXPECT_EQ(ours.look(), State::WantRead);
  ASSERT_EQ(::send(pair.peer(), "more", 4, 0), 4);
  EXPECT_EQ(ours.look(), State::Done);
  EXPECT_EQ(read_all(ours), "more");
  ::shutdown(pair.peer(), SHUT_WR);
  EXPECT_EQ(ours.look(), State::Done);
}

}  // namespace
}  // namespace countersign::server
