package geodesic

import "math"

// The integrals along a geodesic are series in the arc length σ on the auxiliary
// sphere, whose coefficients are series in Karney's ε up to ε⁶, or in ε and n.
// At the flattening of the earth the terms left out are below 1e-16.

// expansion is ε = (√(1+k²)-1)/(√(1+k²)+1) with k² = e'² cos²α₀.
func expansion(cosAlpha0 float64) float64 {
	k2 := float64(ep2 * float64(cosAlpha0*cosAlpha0))
	return k2 / (2*(1+math.Sqrt(1+k2)) + k2)
}

// sines is Σ c[l]·sin(2(l+1)σ), by Clenshaw's recurrence.
func sines(c *[6]float64, sin, cos float64) float64 {
	x := float64(2 * float64((cos-sin)*(cos+sin))) // 2 cos 2σ
	y1, y0 := 0.0, 0.0
	for l := 5; l >= 0; l-- {
		y1, y0 = y0, float64(x*y0)-y1+c[l]
	}
	return float64(2 * float64(float64(sin*cos)*y0))
}

// cosines is Σ c[l]·cos((2l+1)σ).
func cosines(c *[6]float64, sin, cos float64) float64 {
	x := float64(2 * float64((cos-sin)*(cos+sin)))
	y1, y0 := 0.0, 0.0
	for l := 5; l >= 0; l-- {
		y1, y0 = y0, float64(x*y0)-y1+c[l]
	}
	return float64(cos * (y0 - y1))
}

// lengthSeries is I₁(σ) = ∫√(1+k² sin²σ) dσ = A₁·(σ + Σ C₁ₗ sin 2lσ), the distance
// along the geodesic in units of b.
func lengthSeries(eps float64) (scale float64, c [6]float64) {
	s := float64(eps * eps)
	scale = (1 + float64(s*(1.0/4+float64(s*(1.0/64+float64(s*(1.0/256))))))) / (1 - eps)
	p := eps
	c[0] = float64(p * (-1.0/2 + float64(s*(3.0/16-float64(s*(1.0/32))))))
	p = float64(p * eps)
	c[1] = float64(p * (-1.0/16 + float64(s*(1.0/32-float64(s*(9.0/2048))))))
	p = float64(p * eps)
	c[2] = float64(p * (-1.0/48 + float64(s*(3.0/256))))
	p = float64(p * eps)
	c[3] = float64(p * (-5.0/512 + float64(s*(3.0/512))))
	p = float64(p * eps)
	c[4] = float64(p * (-7.0 / 1280))
	p = float64(p * eps)
	c[5] = float64(p * (-7.0 / 2048))
	return scale, c
}

// arcSeries reverts I₁: σ = τ + Σ C′₁ₗ sin 2lτ with τ = I₁/A₁.
func arcSeries(eps float64) (c [6]float64) {
	s := float64(eps * eps)
	p := eps
	c[0] = float64(p * (1.0/2 - float64(s*(9.0/32-float64(s*(205.0/1536))))))
	p = float64(p * eps)
	c[1] = float64(p * (5.0/16 - float64(s*(37.0/96-float64(s*(1335.0/4096))))))
	p = float64(p * eps)
	c[2] = float64(p * (29.0/96 - float64(s*(75.0/128))))
	p = float64(p * eps)
	c[3] = float64(p * (539.0/1536 - float64(s*(2391.0/2560))))
	p = float64(p * eps)
	c[4] = float64(p * (3467.0 / 7680))
	p = float64(p * eps)
	c[5] = float64(p * (38081.0 / 61440))
	return c
}

// widthSeries is I₂(σ) = ∫1/√(1+k² sin²σ) dσ = A₂·(σ + Σ C₂ₗ sin 2lσ), which
// the distance between neighbouring geodesics needs.
func widthSeries(eps float64) (scale float64, c [6]float64) {
	s := float64(eps * eps)
	scale = float64((1 + float64(s*(1.0/4+float64(s*(9.0/64+float64(s*(25.0/256))))))) * (1 - eps))
	p := eps
	c[0] = float64(p * (1.0/2 + float64(s*(1.0/16+float64(s*(1.0/32))))))
	p = float64(p * eps)
	c[1] = float64(p * (3.0/16 + float64(s*(1.0/32+float64(s*(35.0/2048))))))
	p = float64(p * eps)
	c[2] = float64(p * (5.0/48 + float64(s*(5.0/256))))
	p = float64(p * eps)
	c[3] = float64(p * (35.0/512 + float64(s*(7.0/512))))
	p = float64(p * eps)
	c[4] = float64(p * (63.0 / 1280))
	p = float64(p * eps)
	c[5] = float64(p * (77.0 / 2048))
	return scale, c
}

// longitudeScale is A₃ of
// I₃(σ) = ∫(2-f)/(1+(1-f)√(1+k² sin²σ)) dσ = A₃·(σ + Σ C₃ₗ sin 2lσ).
func longitudeScale(eps float64) float64 {
	const (
		a1 = 1.0/2 - n/2
		a2 = 1.0/4 + n/8 - 3*n*n/8
		a3 = 1.0/16 + 3*n/16 + n*n/16
		a4 = 3.0/64 + n/32
		a5 = 3.0 / 128
	)
	p := a4 + float64(eps*a5)
	p = a3 + float64(eps*p)
	p = a2 + float64(eps*p)
	p = a1 + float64(eps*p)
	return 1 - float64(eps*p)
}

// longitudeSeries gives the C₃ₗ of [longitudeScale].
func longitudeSeries(eps float64) (c [6]float64) {
	const (
		c11 = 1.0/4 - n/4
		c12 = 1.0/8 - n*n/8
		c13 = 3.0/64 + 3*n/64 - n*n/64
		c14 = 5.0/128 + n/64
		c15 = 3.0 / 128
		c22 = 1.0/16 - 3*n/32 + n*n/32
		c23 = 3.0/64 - n/32 - 3*n*n/64
		c24 = 3.0/128 + n/128
		c25 = 5.0 / 256
		c33 = 5.0/192 - 3*n/64 + 5*n*n/192
		c34 = 3.0/128 - 5*n/192
		c35 = 7.0 / 512
		c44 = 7.0/512 - 7*n/256
		c45 = 7.0 / 512
		c55 = 21.0 / 2560
	)
	p := eps
	c[0] = float64(p * (c11 + float64(eps*(c12+float64(eps*(c13+float64(eps*(c14+float64(eps*c15)))))))))
	p = float64(p * eps)
	c[1] = float64(p * (c22 + float64(eps*(c23+float64(eps*(c24+float64(eps*c25)))))))
	p = float64(p * eps)
	c[2] = float64(p * (c33 + float64(eps*(c34+float64(eps*c35)))))
	p = float64(p * eps)
	c[3] = float64(p * (c44 + float64(eps*c45)))
	p = float64(p * eps)
	c[4] = float64(p * c55)
	return c
}

// areaSeries gives the C₄ₗ of I₄(σ) = Σ C₄ₗ cos((2l+1)σ), the part of the area
// between a geodesic and the equator that a sphere does not have.
func areaSeries(eps float64) (c [6]float64) {
	const (
		n2 = n * n
		n3 = n2 * n
		n4 = n3 * n
		n5 = n4 * n

		c00 = 2.0/3 - 4*n/15 + 8*n2/105 + 4*n3/315 + 16*n4/3465 + 20*n5/9009
		c01 = -1.0/5 + 16*n/35 - 32*n2/105 + 16*n3/385 + 64*n4/15015
		c02 = -2.0/105 - 32*n/315 + 1088*n2/3465 - 1184*n3/5005
		c03 = 11.0/315 - 368*n/3465 - 32*n2/6435
		c04 = 4.0/1155 + 1088*n/45045
		c05 = 97.0 / 15015
		c11 = 1.0/45 - 16*n/315 + 32*n2/945 - 16*n3/3465 - 64*n4/135135
		c12 = -2.0/105 + 64*n/945 - 128*n2/1485 + 1984*n3/45045
		c13 = -1.0/105 + 16*n/2079 + 5792*n2/135135
		c14 = 4.0/1155 - 2944*n/135135
		c15 = 1.0 / 9009
		c22 = 4.0/525 - 32*n/1575 + 64*n2/3465 - 32*n3/5005
		c23 = -8.0/1575 + 128*n/5775 - 256*n2/6825
		c24 = -8.0/1925 + 1856*n/225225
		c25 = 8.0 / 10725
		c33 = 8.0/2205 - 256*n/24255 + 512*n2/45045
		c34 = -16.0/8085 + 1024*n/105105
		c35 = -136.0 / 63063
		c44 = 64.0/31185 - 512*n/81081
		c45 = -128.0 / 135135
		c55 = 128.0 / 99099
	)
	c[0] = c00 + float64(eps*(c01+float64(eps*(c02+float64(eps*(c03+float64(eps*(c04+float64(eps*c05)))))))))
	p := eps
	c[1] = float64(p * (c11 + float64(eps*(c12+float64(eps*(c13+float64(eps*(c14+float64(eps*c15)))))))))
	p = float64(p * eps)
	c[2] = float64(p * (c22 + float64(eps*(c23+float64(eps*(c24+float64(eps*c25)))))))
	p = float64(p * eps)
	c[3] = float64(p * (c33 + float64(eps*(c34+float64(eps*c35)))))
	p = float64(p * eps)
	c[4] = float64(p * (c44 + float64(eps*c45)))
	p = float64(p * eps)
	c[5] = float64(p * c55)
	return c
}
