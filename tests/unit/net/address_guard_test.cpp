// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/address_guard.h"

#include <string>

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

bool allowed(std::string_view text, std::vector<std::string> ranges = {}) {
  std::vector<AddressRange> listed;
  for (const auto& range : ranges) {
    listed.push_back(AddressRange::parse(range).value());
  }
  return AddressGuard(std::move(listed)).allows(Address::parse(text).value());
}

TEST(AddressGuard, AllowsPublicAddresses) {
  for (const char* text : {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255",
                           "100.128.0.1", "168.63.129.15", "168.63.129.17", "169.253.1.1",
                           "192.167.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
                           "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
    EXPECT_TRUE(allowed(text)) << text;
  }
}

// NET-05
TEST(AddressGuard, RefusesWhatIsNotPublicInEveryForm) {
  for (const char* text : {"127.0.0.1",
                           "127.255.255.255",
                           "10.0.0.1",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "100.64.0.1",
                           "100.127.255.255",
                           "169.254.169.254",
                           "168.63.129.16",
                           "0.0.0.0",
                           "0.1.2.3",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "192.0.2.1",
                           "198.51.100.1",
                           "203.0.113.1",
                           "198.18.0.1",
                           "192.0.0.1",
                           "192.88.99.1",
                           "::",
                           "::1",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "fc00::1",
                           "fd12:3456::1",
                           "ff02::1",
                           "2001:db8::1",
                           "2001::1",
                           "3fff::1",
                           "4000::1",
                           "100::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::127.0.0.1",
                           "::169.254.169.254",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b::a9fe:a9fe",
                           "64:ff9b:1::8.8.8.8",
                           "2002:7f00:1::1",
                           "2002:a9fe:a9fe::1"}) {
    EXPECT_FALSE(allowed(text)) << text;
  }
}

TEST(AddressGuard, ARangeThatIsListedAllows) {
  EXPECT_TRUE(allowed("10.1.2.3", {"10.0.0.0/8"}));
  EXPECT_TRUE(allowed("::ffff:10.1.2.3", {"10.0.0.0/8"}));
  EXPECT_TRUE(allowed("64:ff9b::10.1.2.3", {"10.0.0.0/8"}));
  EXPECT_TRUE(allowed("127.0.0.1", {"127.0.0.1"}));
  EXPECT_TRUE(allowed("fd00::1", {"fd00::/8"}));
  EXPECT_TRUE(allowed("172.16.9.1", {"172.16.0.0/13"}));
}

TEST(AddressGuard, ARangeAllowsNothingBesideIt) {
  EXPECT_FALSE(allowed("127.0.0.2", {"127.0.0.1"}));
  EXPECT_FALSE(allowed("172.24.0.1", {"172.16.0.0/13"}));
  EXPECT_FALSE(allowed("fe80::1", {"fd00::/8"}));
  EXPECT_FALSE(allowed("::1", {"0.0.0.0/0"}));
}

TEST(AddressGuard, ReadsAddressesAsTheyAreWrittenAndNothingElse) {
  for (const char* text : {"", "localhost", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433",
                           "1.2.3.4.5", "1.2.3", "[::1]", "fe80::1%eth0", "1.2.3.4 ", ":::"}) {
    const auto parsed = Address::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().reason, Reason::BadConfig);
  }
  EXPECT_FALSE(Address::parse(std::string_view("1.2.3.4\0x", 9)));
}

TEST(AddressGuard, RefusesRangesThatAreNotMeant) {
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8",
                           "10.0.0.7/8", "fd00::/129", "fd00::1/8", "/8", "10.0.0.0/8x", "10/8"}) {
    const auto parsed = AddressRange::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().reason, Reason::BadConfig);
  }
}

}  // namespace
}  // namespace countersign::net
