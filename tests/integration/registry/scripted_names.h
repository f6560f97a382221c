// SPDX-License-Identifier: Apache-2.0
// Name resolution as a test wants it. This program defines getaddrinfo() itself, and libcurl, like
// everything else in the process, finds that one first. Names that no test has scripted are the C
// library's.
#pragma once
#include <string>
#include <vector>

namespace countersign::test {

struct NameAnswer {
  int error = 0;                            // of getaddrinfo(), EAI_NONAME for example
  std::vector<std::string> addresses = {};  // numeric, in the order to be tried
  enum class When { AtOnce, AfterRelease } when = When::AtOnce;
};

class ScriptedName {  // while it lives
 public:
  ScriptedName(std::string name, NameAnswer answer);
  ~ScriptedName();  // releases
  ScriptedName(const ScriptedName&) = delete;
  ScriptedName& operator=(const ScriptedName&) = delete;

  void wait_until_asked() const;
  void release();

 private:
  std::string name_;
};

}  // namespace countersign::test
