#pragma once
// Errors between rooms: a function that can fail because of the outside world returns Result<T>.
// A broken invariant of our own is an assert. Exceptions stay inside the adapter around the library that throws.

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace shrike {

/// What went wrong, in the terms of the person who can mend it.
struct Error {
  enum class Kind {
    bad_input,    ///< what came from outside is wrong: a file, a key, a request. The command line exits with 2.
    unavailable,  ///< something outside does not answer now (camera, disk, server); a later try may go through.
    failed,       ///< the work could not be done. The command line exits with 1.
  };
  Kind kind = Kind::failed;
  std::string message;
};

/// A value or the Error that kept us from it. Not looking at it is a compile error.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// The error branch of any Result: `return fail("cannot open " + path);`
[[nodiscard]] inline tl::unexpected<Error> fail(std::string message, Error::Kind kind = Error::Kind::failed) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}
[[nodiscard]] inline tl::unexpected<Error> bad_input(std::string message) {
  return fail(std::move(message), Error::Kind::bad_input);
}
[[nodiscard]] inline tl::unexpected<Error> unavailable(std::string message) {
  return fail(std::move(message), Error::Kind::unavailable);
}
/// The same error, said from one level up: "<context>: <message>".
[[nodiscard]] inline tl::unexpected<Error> fail(Error error, const std::string& context) {
  error.message = context + ": " + error.message;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace shrike

/// `TRY(auto x, f())`: the value of f() in x, or return f()'s error from here.
#define TRY(declaration, expression) TRY_IMPL_(declaration, expression, __COUNTER__)
/// `TRY_VOID(f())`: go on, or return f()'s error from here.
#define TRY_VOID(expression)                                                  \
  do {                                                                        \
    if (auto try_result_ = (expression); !try_result_)                        \
      return tl::unexpected<::shrike::Error>(std::move(try_result_.error())); \
  } while (false)
#define TRY_IMPL_(declaration, expression, n) TRY_IMPL2_(declaration, expression, n)
#define TRY_IMPL2_(declaration, expression, n)                                                    \
  auto try_result_##n = (expression);                                                             \
  if (!try_result_##n) return tl::unexpected<::shrike::Error>(std::move(try_result_##n.error())); \
  declaration = std::move(*try_result_##n)
