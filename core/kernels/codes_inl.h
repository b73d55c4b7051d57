// SPDX-License-Identifier: GPL-3.0-or-later
// BF16 codes in vector registers. Included once per instruction set, from within foreach_target.h.
#if defined(CRUCIBLE_KERNELS_CODES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef CRUCIBLE_KERNELS_CODES_INL
#undef CRUCIBLE_KERNELS_CODES_INL
#else
#define CRUCIBLE_KERNELS_CODES_INL
#endif

#include "hwy/highway.h"

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace crucible::kernels::HWY_NAMESPACE {

// d: a tag of float
template<class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> loadCodes(D d, const std::uint16_t* codes)
{
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::Rebind<std::uint16_t, D> narrow;
    const hn::RebindToUnsigned<D> wide;
    return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(wide, hn::LoadU(narrow, codes))));
}

// Round to nearest, ties to even; NaN stays a quiet NaN.
template<class D>
HWY_INLINE void storeCodes(D, hwy::HWY_NAMESPACE::Vec<D> values, std::uint16_t* codes)
{
    namespace hn = hwy::HWY_NAMESPACE;
    const hn::RebindToUnsigned<D> wide;
    const hn::RebindToSigned<D> whole;
    const hn::Rebind<std::uint16_t, D> narrow;
    const auto bits = hn::BitCast(wide, values);
    const auto upper = hn::ShiftRight<16>(bits);
    const auto rounded = hn::ShiftRight<16>(
        hn::Add(bits, hn::Add(hn::Set(wide, 0x7fffu), hn::And(upper, hn::Set(wide, 1u)))));
    const auto magnitude = hn::BitCast(whole, hn::And(bits, hn::Set(wide, 0x7fffffffu)));
    const auto isNan = hn::RebindMask(wide, hn::Gt(magnitude, hn::Set(whole, 0x7f800000)));
    const auto code = hn::IfThenElse(isNan, hn::Or(upper, hn::Set(wide, 0x40u)), rounded);
    hn::StoreU(hn::DemoteTo(narrow, hn::BitCast(whole, code)), narrow, codes);
}

} // namespace crucible::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
