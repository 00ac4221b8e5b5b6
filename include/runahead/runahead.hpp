// The public C++ API of runahead in one header.
#pragma once

#include "runahead/evm.hpp"
