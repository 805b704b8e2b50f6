// SPDX-License-Identifier: Apache-2.0
//
// The one place that names the unit-test library (Catch2, version 2).
#pragma once

#include <catch2/catch.hpp>
