// SPDX-License-Identifier: Apache-2.0
//
// Text in columns.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace ethlink::cli {

/// The first row is the heading; the first column is aligned to the left, the others to the right.
void print_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows);

/// `value` with `digits` behind the point.
std::string decimal(double value, int digits);

}  // namespace ethlink::cli
